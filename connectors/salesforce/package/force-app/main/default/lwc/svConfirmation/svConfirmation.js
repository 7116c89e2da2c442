import { api } from "lwc";
import { updateRecord } from "lightning/uiRecordApi";
import { Form } from "c/svShared";
import labels from "./labels";

/** Records that the member confirmed a goal: by whom, and when. */
export default class SvConfirmation extends Form {
    @api memberId;
    @api goalId;

    labels = labels;

    /** Puts the focus on the first question. */
    @api focus() {
        this.template.querySelector("lightning-input")?.focus();
    }

    async save() {
        const [by, on] = this.template.querySelectorAll("lightning-input");
        if (!this.fits([on])) {
            return;
        }
        const fields = { Id: this.goalId, Confirmed_By__c: by.value || null, Confirmed_On__c: on.value };
        if (await this.keep(this.memberId, () => updateRecord({ fields }))) {
            this.close();
        }
    }
}
