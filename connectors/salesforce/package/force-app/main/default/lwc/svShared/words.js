/** Returns a label with {0}, {1}, ... replaced by the values; a value that is missing leaves nothing behind. */
export function fill(label, ...values) {
    return label.replace(/\{(\d+)\}/g, (_, index) => String(values[Number(index)] ?? ""));
}

/** Returns a number for people, with at most so many digits after the point; empty for none. `form` is Intl's. */
export function numberText(value, locale, digits = 0, form = {}) {
    if (value === null || value === undefined) {
        return "";
    }
    return new Intl.NumberFormat(locale, { maximumFractionDigits: digits, ...form }).format(value);
}

/** Returns an amount as Salesforce shows it, without cents where there are none: "$12,000". */
export function wholeMoney(shown) {
    return String(shown).replace(/[.,]00(?=\D*$)/, "");
}

/** Returns a text that begins with a capital letter. */
export function capital(text) {
    return text ? text[0].toUpperCase() + text.slice(1) : "";
}
