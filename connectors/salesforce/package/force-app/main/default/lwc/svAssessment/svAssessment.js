import { api } from "lwc";
import { createRecord } from "lightning/uiRecordApi";
import { Form } from "c/svShared";
import labels from "./labels";

/** Adds a dated reading that says whether a requirement is met. */
export default class SvAssessment extends Form {
    @api memberId;
    @api goalId;
    @api requirementId;

    labels = labels;
    state = "";
    options = [
        { label: labels.met, value: "Met" },
        { label: labels.breached, value: "Breached" }
    ];

    /** Puts the focus on the first question. */
    @api focus() {
        this.template.querySelector("lightning-radio-group")?.focus();
    }

    choose(event) {
        this.state = event.detail.value;
    }

    async save() {
        const [state, day, note] = ["lightning-radio-group", "lightning-input", "lightning-textarea"].map((tag) =>
            this.template.querySelector(tag)
        );
        if (!this.fits([state, day])) {
            return;
        }
        const fields = {
            Desired_Outcome__c: this.goalId,
            Success_Requirement__c: this.requirementId,
            State__c: this.state,
            Read_On__c: day.value,
            Note__c: note.value || null
        };
        if (await this.keep(this.memberId, () => createRecord({ apiName: "Success_Reading__c", fields }))) {
            this.close();
        }
    }
}
