import { LightningElement, api } from "lwc";
import { gql, executeMutation } from "lightning/graphql";
import TIME_ZONE from "@salesforce/i18n/timeZone";
import { common, daysAfter, isAchieved, saveFacts, today } from "c/svShared";
import labels from "./labels";
import { mutationOf } from "./mutation";
import { newVersion } from "./newVersion";

/** Gives a member a new destination: a new version of the goal, in one transaction. Fires `close` at the end. */
export default class SvChangeGoal extends LightningElement {
    @api recordId;
    @api objectApiName;
    @api goal;

    labels = labels;
    common = common;
    saving = false;
    trouble;

    /** Puts the focus on the first field. */
    @api focus() {
        this.template.querySelector("lightning-input")?.focus();
    }

    get now() {
        return today(TIME_ZONE);
    }

    get tomorrow() {
        return daysAfter(this.now, 1);
    }

    get groups() {
        const open = this.goal.accountabilities.filter((one) => one.agreed && !one.done);
        return [
            { name: "requirements", label: labels.requirements, rows: this.goal.requirements, text: "description" },
            { name: "milestones", label: labels.milestones, help: labels.milestonesHelp, rows: this.goal.milestones },
            { name: "promises", label: labels.promises, rows: open }
        ]
            .filter(({ rows }) => rows.length)
            .map(({ rows, text = "name", ...group }) => ({
                ...group,
                options: rows.map((row) => ({ label: row[text], value: row.id })),
                chosen: rows.map((row) => row.id)
            }));
    }

    get asked() {
        const fields = [...this.template.querySelectorAll("[data-field]")];
        const groups = [...this.template.querySelectorAll("lightning-checkbox-group")];
        return {
            requirements: [],
            milestones: [],
            promises: [],
            ...Object.fromEntries(fields.map((field) => [field.dataset.field, field.value])),
            ...Object.fromEntries(groups.map((group) => [group.dataset.group, group.value]))
        };
    }

    async save() {
        const inputs = [...this.template.querySelectorAll("[data-field]")];
        if (this.saving || !inputs.map((input) => input.reportValidity()).every(Boolean)) {
            return;
        }
        this.saving = true;
        this.trouble = await saveFacts(this.recordId, () => this.write(this.asked));
        this.saving = false;
        if (!this.trouble) {
            this.close();
        }
    }

    async write(asked) {
        const isReached = (milestone) => isAchieved(milestone, this.now);
        const writes = newVersion(this.goal, this, asked, { today: this.now, isReached });
        const { errors } = await executeMutation({ query: gql`${mutationOf(writes)}` });
        if (errors?.length) {
            throw errors;
        }
    }

    close() {
        this.dispatchEvent(new CustomEvent("close"));
    }
}
