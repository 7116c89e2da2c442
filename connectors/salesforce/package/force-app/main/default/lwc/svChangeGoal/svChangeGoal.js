import { api } from "lwc";
import { gql, executeMutation } from "lightning/graphql";
import { daysAfter, Form, isAchieved } from "c/svShared";
import labels from "./labels";
import { mutationOf } from "./mutation";
import { newVersion } from "./newVersion";

/** Gives a member a new destination: a new version of the goal, in one transaction. */
export default class SvChangeGoal extends Form {
    @api recordId;
    @api objectApiName;
    @api goal;

    labels = labels;

    /** Puts the focus on the first field. */
    @api focus() {
        this.template.querySelector("lightning-input")?.focus();
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
        const { asked } = this;
        if (!this.fits(this.template.querySelectorAll("[data-field]"))) {
            return;
        }
        if (await this.keep(this.recordId, () => this.write(asked))) {
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
}
