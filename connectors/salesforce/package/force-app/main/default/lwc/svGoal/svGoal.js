import { api } from "lwc";
import { fill, GoalScreen } from "c/svShared";
import labels from "./labels";
import { confirmationWords, requirementWords } from "./wording";

/** The goal in the member's words: confirmed by whom, what it must be like, the last evidence, and a way to change it. */
export default class SvGoal extends GoalScreen {
    @api recordId;
    @api objectApiName;

    labels = labels;
    opened = null;

    get empty() {
        return !this.goals.length;
    }

    get shownGoals() {
        return this.goals.map((goal) => this.worded(goal));
    }

    worded(goal) {
        const rows = goal.requirements.map((one) => ({
            ...requirementWords(one, (day) => this.day(day)),
            opened: this.opened === one.id,
            closed: this.opened !== one.id
        }));
        const paidThrough = this.member?.Paid_Through__c;
        const beyond = paidThrough && goal.dueOn > paidThrough;
        return {
            ...goal,
            until: goal.dueOn ? fill(labels.until, this.day(goal.dueOn)) : labels.noDay,
            beyond: beyond ? fill(labels.beyond, this.day(paidThrough)) : "",
            confirmation: confirmationWords(goal, (day) => this.day(day)),
            confirming: this.opened === `confirm-${goal.id}`,
            changing: this.opened === `change-${goal.id}`,
            confirmKey: `confirm-${goal.id}`,
            changeKey: `change-${goal.id}`,
            groups: [
                { key: "conditions", title: labels.conditions, rows: rows.filter((row) => row.kind === "Condition") },
                { key: "experience", title: labels.experience, rows: rows.filter((row) => row.kind !== "Condition") }
            ].filter((group) => group.rows.length),
            original: goal
        };
    }

    open(event) {
        const { key, first } = event.target.dataset;
        this.opened = key;
        this.focusNext = first;
    }

    close() {
        this.focusNext = `[data-key="${this.opened}"]`;
        this.opened = null;
    }

    setGoal() {
        this.openNew("Desired_Outcome__c", { [`${this.objectApiName}__c`]: this.recordId, Starts_On__c: this.now });
    }
}
