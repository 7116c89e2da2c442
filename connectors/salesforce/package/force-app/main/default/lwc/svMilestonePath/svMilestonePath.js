import { api } from "lwc";
import { fill, GoalScreen } from "c/svShared";
import labels from "./labels";
import { stepsOf, trackOf } from "./steps";

/** The milestones, plan against fact, what is open first; each is marked reached or lost again in place. */
export default class SvMilestonePath extends GoalScreen {
    @api recordId;
    @api objectApiName;

    labels = labels;
    said = "";

    get empty() {
        return !this.goals.some((goal) => goal.milestones.length);
    }

    get canAdd() {
        return Boolean(this.goals?.length);
    }

    get paths() {
        return this.goals.filter((goal) => goal.milestones.length).map((goal) => this.pathOf(goal));
    }

    pathOf(goal) {
        const steps = stepsOf(goal, this.now);
        const track = trackOf(goal, steps, this.now);
        const reached = steps.filter((step) => step.state === "reached").length;
        return {
            id: goal.id,
            name: this.goals.length > 1 ? goal.name : "",
            progressText: fill(labels.progress, reached, steps.length),
            first: this.day(track.first),
            last: this.day(track.last),
            todayStyle: `left: ${track.today}%`,
            marks: track.marks.map((mark) => this.drawn(mark)),
            open: steps.filter((step) => step.state !== "reached"),
            reached: steps.filter((step) => step.state === "reached"),
            reachedText: reached ? fill(labels.reached, reached) : "",
            arrived: reached === steps.length
        };
    }

    drawn({ step, plan, fact }) {
        const shape = `shape ${step.type.toLowerCase()}`;
        return {
            id: step.id,
            number: step.number,
            planStyle: `left: ${plan}%`,
            planLook: `mark plan ${shape}${step.state === "late" ? " late" : ""}`,
            factStyle: fact === null ? null : `left: ${fact}%`,
            factLook: `mark fact ${shape}`,
            from: `${plan}%`,
            to: `${fact}%`
        };
    }

    saved(event) {
        this.said = event.detail.text;
    }

    add() {
        this.openNew("Success_Milestone__c", { Desired_Outcome__c: this.goals[0].id });
    }
}
