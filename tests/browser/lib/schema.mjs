// Checks documents against the schemas of an OpenAPI 3.1 document, as far as ours uses them.

/** What is wrong with `value`, as texts with paths; nothing when it fits. */
export function faults(document, schema, value, path = "$") {
  if (schema === true || schema === undefined) return [];
  if (schema.$ref) return faults(document, resolve(document, schema.$ref), value, path);
  const found = [];
  const wrong = (words) => found.push(`${path}: ${words}`);
  if (schema.allOf) for (const part of schema.allOf) found.push(...faults(document, part, value, path));
  if (schema.oneOf || schema.anyOf) {
    const tried = (schema.oneOf ?? schema.anyOf).map((part) => faults(document, part, value, path));
    if (!tried.some((list) => list.length === 0)) wrong(`fits none of ${tried.length} forms: ${tried.map((list) => list[0]).join(" | ")}`);
  }
  if (schema.const !== undefined && schema.const !== value) wrong(`is ${JSON.stringify(value)}, not ${schema.const}`);
  if (schema.enum && !schema.enum.includes(value)) wrong(`${JSON.stringify(value)} is none of ${schema.enum.join(", ")}`);
  if (schema.type && ![schema.type].flat().some((type) => is(type, value))) {
    wrong(`${JSON.stringify(value)?.slice(0, 60)} is no ${schema.type}`);
    return found;
  }
  if (Array.isArray(value)) {
    const rest = schema.prefixItems?.length ?? 0;
    value.forEach((item, at) => found.push(...faults(document, at < rest ? schema.prefixItems[at] : schema.items, item, `${path}[${at}]`)));
  } else if (value !== null && typeof value === "object") {
    for (const name of schema.required ?? []) if (!(name in value)) wrong(`has no ${name}`);
    for (const [name, item] of Object.entries(value)) {
      const known = schema.properties?.[name];
      if (known === undefined && schema.additionalProperties === false) wrong(`has ${name}, which is not described`);
      const other = typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
      found.push(...faults(document, known ?? other, item, `${path}.${name}`));
    }
  }
  return found;
}

/** The part of a document that a local reference names. */
export function resolve(document, reference) {
  const parts = reference.replace(/^#\//, "").split("/");
  const found = parts.reduce((part, key) => part?.[key.replaceAll("~1", "/").replaceAll("~0", "~")], document);
  if (found === undefined) throw new Error(`${reference} leads nowhere`);
  return found;
}

function is(type, value) {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return value !== null && typeof value === "object" && !Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
