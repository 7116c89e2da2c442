import SvNextStep from "c/svNextStep";
import { labelled, press, show, words } from "screens/jest/show";
import { org } from "screens/stand_ins/org";

function opened() {
    const [{ attributes, state }] = org.opened;
    return { object: attributes.objectApiName, values: decodeURIComponent(state.defaultFieldValues) };
}

describe("the next step", () => {
    it("says who, what, by when and why for a member who is off course", async () => {
        const said = words(await show(SvNextStep, "offCourse"));
        expect(said).toContain("Deliver 'Send the audit pack', late since Nov 10.");
        expect(said).toContain("You (the MSM)");
        expect(said).toContain("Nov 27 (in 7 days)");
        expect(said).toContain("Off course");
        expect(said).toContain("We owe 'Send the audit pack' since Nov 10; the way there is not as agreed");
    });

    it("names the owner when it is somebody else", async () => {
        const screen = await show(SvNextStep, "offCourse", ({ rows }) => {
            rows.Account[0].OwnerId = "005000000000002AAA";
        });
        expect(words(screen)).toContain("Sample MSM 02 (the MSM)");
    });

    it("says that the day has passed", async () => {
        const screen = await show(SvNextStep, "offCourse", ({ rows }) => {
            rows.Account[0].Next_Step_By__c = "2026-11-13";
        });
        expect(words(screen)).toContain("Nov 13, that day has passed (7 days ago)");
    });

    it("opens a task with the step, its day and its member", async () => {
        const screen = await show(SvNextStep, "offCourse");
        await press(screen, "Plan this step");
        expect(opened().object).toBe("Task");
        expect(opened().values).toContain("Subject=The MSM: deliver 'Send the audit pack'");
        expect(opened().values).toContain("ActivityDate=2026-11-27");
        expect(opened().values).toContain("WhatId=001000000000001AAA");
    });

    it("logs a conversation as done today", async () => {
        const screen = await show(SvNextStep, "offCourse");
        await press(screen, "Log a conversation");
        expect(opened().values).toContain("Status=Completed");
        expect(opened().values).toContain("ActivityDate=2026-11-20");
    });

    it("says why an offer has to wait, without a button", async () => {
        const screen = await show(SvNextStep, "offCourse");
        expect(words(screen)).toContain("Not now: Audit accelerator, $12,000 a year (the member is off course)");
        expect(labelled(screen, "Make the offer")).toBeUndefined();
    });

    it("offers and asks where a person on course is ready, and calls for nothing else", async () => {
        const screen = await show(SvNextStep, "expansionReady", undefined, "Contact");
        expect(words(screen)).toContain("On their way: a good moment for an offer and an ask");
        expect(words(screen)).toContain("Shortlisted for a tender, due Dec 15");
        expect(words(screen)).toContain("Ready for an offer: Tender desk, $9,600 a year");
        expect(labelled(screen, "Plan this step")).toBeUndefined();
        await press(screen, "Plan the ask");
        expect(opened().values).toContain("Ready to be asked: a review");
        expect(opened().values).toContain("WhoId=003000000000001AAA");
    });

    it.each([
        ["an offer alone", { Advocacy_Flag__c: "None" }, "a good moment for an offer"],
        ["an ask alone", { Expansion_Flag__c: "None" }, "a good moment for an ask"],
        ["neither", { Advocacy_Flag__c: "Wait", Expansion_Flag__c: "Teed up" }, "Nothing calls for you here"]
    ])("says what a calm moment is good for: %s", async (_, flags, expected) => {
        const screen = await show(SvNextStep, "expansionReady", ({ rows }) =>
            Object.assign(rows.Account[0], flags)
        );
        expect(words(screen)).toContain(expected);
    });

    it("names whose step it is where it isn't the MSM's", async () => {
        const screen = await show(SvNextStep, "offCourse", ({ rows }) => {
            rows.Account[0].Next_Step__c = "The task force: bring everyone together on 'A: B'.";
        });
        expect(words(screen)).toContain("You (the task force)");
        expect(words(screen)).toContain("Bring everyone together on 'A: B'.");
    });

    it("takes a step as it is where it names nobody", async () => {
        const screen = await show(SvNextStep, "offCourse", ({ rows }) => {
            rows.Account[0].Next_Step__c = "call about 'Plan: part two'";
        });
        expect(words(screen)).toContain("Call about 'Plan: part two'");
        expect(words(screen)).toContain("You");
    });

    it("shows an accelerator before its milestone, with its button", async () => {
        const screen = await show(SvNextStep, "gapOpen");
        expect(words(screen)).toContain("Would get them there sooner: Audit accelerator, $12,000 a year");
        expect(labelled(screen, "Make the offer").variant).toBe("neutral");
        expect(labelled(screen, "Plan this step").variant).toBe("brand");
    });

    it("shows texts as long as they may be, whole", async () => {
        const screen = await show(SvNextStep, "longTexts");
        expect(words(screen)).toContain("from the harbour to the hinterland");
    });

    it("makes an offer to a person as a task, since a person has no opportunity", async () => {
        const screen = await show(SvNextStep, "expansionReady", undefined, "Contact");
        await press(screen, "Make the offer");
        expect(opened().object).toBe("Task");
    });

    it("makes an offer to an organisation as an opportunity", async () => {
        const screen = await show(SvNextStep, "offCourse", ({ rows }) => {
            rows.Account[0].Expansion_Flag__c = "Ready";
        });
        await press(screen, "Make the offer");
        expect(opened().object).toBe("Opportunity");
        expect(opened().values).toContain("Name=Audit accelerator for Sample Member 017");
    });

    it("sets the goal first where there is none", async () => {
        const screen = await show(SvNextStep, "noGoal");
        await press(screen, "Set the goal");
        expect(opened().object).toBe("Desired_Outcome__c");
        expect(opened().values).toContain("Account__c=001000000000001AAA");
    });

    it("tells of an open Success Gap", async () => {
        expect(words(await show(SvNextStep, "gapOpen"))).toContain("the goal itself, beyond our offering");
    });

    it("tells of stale facts once, whatever else is pressing", async () => {
        expect(words(await show(SvNextStep, "stale"))).not.toContain("ask how they are first");
        const screen = await show(SvNextStep, "offCourse", ({ rows }) => {
            rows.Account[0].Facts_Stale__c = true;
        });
        expect(words(screen)).toContain("ask how they are first");
    });

    it("looks ahead when a member has arrived", async () => {
        expect(words(await show(SvNextStep, "arrived"))).toContain("Agree the next destination");
    });

    it("leaves an MSM in peace on course, and says what comes next", async () => {
        const said = words(await show(SvNextStep, "onCourse"));
        expect(said).toContain("Nothing calls for you here");
        expect(said).toContain("Next on their way: Shortlisted for a tender, due Dec 15.");
        expect(said).not.toContain("Make the offer");
    });

    it("is kind before the first score, without access, and when loading fails", async () => {
        expect(words(await show(SvNextStep, "unscored"))).toContain("The next step comes with the first score");
        expect(words(await show(SvNextStep, "denied"))).toContain("You can't see this yet");
        expect(words(await show(SvNextStep, "broken"))).toContain("Try again in a moment");
    });
});
