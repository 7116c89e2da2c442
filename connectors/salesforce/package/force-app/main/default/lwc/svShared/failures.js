const NO_ACCESS = ["INSUFFICIENT_ACCESS", "INVALID_FIELD", "FORBIDDEN", "NOT_FOUND", "INVALID_TYPE", "UnknownType", "FieldUndefined"];

function listed(failure) {
    if (Array.isArray(failure)) {
        return failure;
    }
    const body = failure?.body;
    const inner = Array.isArray(body) ? body : (body?.output?.errors ?? []);
    const fields = Object.values(body?.output?.fieldErrors ?? {}).flat();
    return [...inner, ...fields, ...(inner.length || fields.length ? [] : [body ?? failure])];
}

/**
 * Returns what a failure of Lightning Data Service or GraphQL means: `denied` when the user lacks access, and
 * `message`, what Salesforce said (a validation rule's own words come through).
 */
export function failureOf(failure) {
    const errors = listed(failure).filter(Boolean);
    const codes = errors.flatMap((error) => [error.errorCode, error.statusCode, error.extensions?.ErrorType, error.extensions?.code]);
    const status = failure?.status;
    const denied =
        status === 403 ||
        status === 404 ||
        codes.some((code) => NO_ACCESS.some((known) => String(code ?? "").includes(known)));
    return { denied, message: errors.map((error) => error.message).filter(Boolean).join(" ") };
}
