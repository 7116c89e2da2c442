import { tell } from "./changes";
import labels from "./labels";
import { failureOf } from "./failures";

/**
 * Does a piece of work that changes a member's facts, and tells the other parts of the page. Returns null when it is
 * saved, else what to say about it as {heading, text}: the org's own words, such as a validation rule's.
 */
export async function saveFacts(recordId, work) {
    try {
        await work();
    } catch (error) {
        return { heading: labels.notSaved, text: failureOf(error).message };
    }
    tell(recordId);
    return null;
}
