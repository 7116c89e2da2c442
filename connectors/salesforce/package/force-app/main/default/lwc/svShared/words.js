/** Returns a label with {0}, {1}, ... replaced by the values; a value that is missing leaves nothing behind. */
export function fill(label, ...values) {
    return label.replace(/\{(\d+)\}/g, (_, index) => String(values[Number(index)] ?? ""));
}

/** Returns a number for people, with at most so many digits after the point; empty for none. */
export function numberText(value, locale, digits = 0) {
    if (value === null || value === undefined) {
        return "";
    }
    return new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
}
