export const apidocs = {}
