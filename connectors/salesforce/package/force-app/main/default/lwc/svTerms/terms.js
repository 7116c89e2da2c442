/** The shape of the text that this screen understands; another one is told as unreadable. */
const SHAPE = 1;

const TOTALS = ["toward", "away", "net"];

function isNumber(value) {
    return typeof value === "number" && Number.isFinite(value);
}

function isTerm(term) {
    return (
        isNumber(term?.value) &&
        (term.weight === null || isNumber(term.weight)) &&
        [term.kind, term.what, term.why].every((text) => typeof text === "string")
    );
}

function isWhole(parsed) {
    const { terms, left_out: leftOut } = parsed;
    return (
        parsed.shape === SHAPE &&
        TOTALS.every((name) => isNumber(parsed[name])) &&
        Array.isArray(terms) &&
        terms.every(isTerm) &&
        isNumber(leftOut?.count) &&
        isNumber(leftOut?.value)
    );
}

/**
 * Returns the parts behind a score as {terms, leftOut, toward, away, net}, from the JSON in Vector_Terms__c (its shape
 * is described with the definition of the score). Null when the text is not of that shape, in any of its parts.
 */
export function termsOf(text) {
    let parsed;
    try {
        parsed = JSON.parse(text);
    } catch {
        return null;
    }
    if (!parsed || !isWhole(parsed)) {
        return null;
    }
    const { terms, left_out: leftOut, toward, away, net } = parsed;
    return { terms, leftOut, toward, away, net };
}
