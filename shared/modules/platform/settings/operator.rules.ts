/**
 * The tenant of whoever runs this deployment. It holds no CRM: only keys and jobs by which tenants are made, converted,
 * suspended, backed up and restored.
 */
export const operatorTenant = 'ten_00000000000000000000000000';
