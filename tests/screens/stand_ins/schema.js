// What the package's objects hold; what they don't is refused, as the org would.
import FIELDS from "virtual:fields";

/** Returns the field's name when the object has it. */
export function known(object, field) {
    if (!FIELDS[object]?.includes(field)) {
        throw new Error(`Field '${field}' in type '${object}' is undefined`);
    }
    return field;
}
