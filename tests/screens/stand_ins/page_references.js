// lightning/pageReferenceUtils: the values of a new record's form, as Salesforce encodes them.

export function encodeDefaultFieldValues(values) {
    return Object.entries(values)
        .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
        .join(",");
}
