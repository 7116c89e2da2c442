function literal(values) {
    return `{ ${Object.entries(values)
        .map(([field, value]) => `${field}: ${JSON.stringify(value)}`)
        .join(", ")} }`;
}

function operation({ alias, object, id, values }) {
    return id
        ? `${alias}: ${object}Update(input: { Id: ${JSON.stringify(id)}, ${object}: ${literal(values)} }) { success }`
        : `${alias}: ${object}Create(input: { ${object}: ${literal(values)} }) { Record { Id } }`;
}

/** Returns writes ({alias, object, id, values}) as the text of one GraphQL mutation: all of them happen, or none. */
export function mutationOf(writes) {
    return `mutation successVectorNewVersion {
        uiapi(input: { allOrNone: true }) {
            ${writes.map(operation).join("\n            ")}
        }
    }`;
}
