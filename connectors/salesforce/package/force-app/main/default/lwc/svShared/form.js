import { Part } from "./part";
import { saveFacts } from "./saving";

/**
 * What every form in a screen has: it saves once at a time, keeps what was typed when it is refused, and says why in
 * `trouble`. Fires `close` when it is done or given up.
 */
export class Form extends Part {
    saving = false;
    trouble = null;

    /** Returns whether every one of these inputs holds what it may; those that don't say so. */
    fits(inputs) {
        return [...inputs].map((input) => input.reportValidity()).every(Boolean);
    }

    /** Does a piece of work that changes a member's facts. Returns whether it was saved. */
    async keep(recordId, work) {
        if (this.saving) {
            return false;
        }
        this.saving = true;
        this.trouble = await saveFacts(recordId, work);
        this.saving = false;
        return !this.trouble;
    }

    close() {
        this.dispatchEvent(new CustomEvent("close"));
    }
}
