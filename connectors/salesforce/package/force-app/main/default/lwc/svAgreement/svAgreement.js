import { api } from "lwc";
import { updateRecord } from "lightning/uiRecordApi";
import { daysBetween, fill, Form } from "c/svShared";
import labels from "./labels";

/** One thing that was agreed, or proposed: ticked off, or agreed, in place. Fires `saved` with its words. */
export default class SvAgreement extends Form {
    /** An item as `sidesOf` returns it. */
    @api item;
    @api memberId;

    labels = labels;

    get look() {
        return `item${this.item.late ? " late" : ""}${this.item.done ? " done" : ""}`;
    }

    get isDone() {
        return Boolean(this.item.done);
    }

    get isProposed() {
        return this.item.when === "proposed";
    }

    get isAgreed() {
        return !this.isProposed;
    }

    get party() {
        return this.item.side === "theirs" ? this.item.shownParty : "";
    }

    get serves() {
        return this.item.milestone ? fill(labels.serves, this.item.milestone) : "";
    }

    get consequence() {
        return this.item.done ? "" : this.item.consequence;
    }

    get agreeText() {
        return fill(labels.agreeThis, this.item.name);
    }

    get whenText() {
        const { due, done, late } = this.item;
        const day = this.day(due);
        if (done) {
            return fill(labels.doneOn, this.day(done));
        }
        if (!due) {
            return labels.noDay;
        }
        if (late) {
            const days = daysBetween(due, this.now);
            return days === 1 ? fill(labels.lateSinceOne, day) : fill(labels.lateSince, day, days);
        }
        return due === this.now ? labels.dueToday : fill(labels.dueOn, day);
    }

    /** Writes a field of the item and says so. Returns whether it was saved. */
    async write(field, value, said) {
        const { id, name } = this.item;
        const saved = await this.keep(this.memberId, () => updateRecord({ fields: { Id: id, [field]: value } }));
        if (saved) {
            const detail = { text: fill(said, name), moved: field === "Agreed_On__c" };
            this.dispatchEvent(new CustomEvent("saved", { detail }));
        }
        return saved;
    }

    async tick({ target }) {
        const { checked } = target;
        const said = checked ? labels.saidDone : labels.saidOpen;
        if (!(await this.write("Done_On__c", checked ? this.now : null, said))) {
            target.checked = !checked;
        }
    }

    /** Ticks when the name is clicked, as a label would; the box itself is what the keyboard reaches. */
    toggle() {
        const target = this.template.querySelector("lightning-input");
        if (target) {
            target.checked = !target.checked;
            this.tick({ target });
        }
    }

    agree() {
        this.write("Agreed_On__c", this.now, labels.saidAgreed);
    }
}
