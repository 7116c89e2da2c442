import SvDueAndLate from "c/svDueAndLate";
import { all, labelled, press, settled, show, words } from "screens/jest/show";
import { org } from "screens/stand_ins/org";

function row(name) {
    return org.all("Joint_Accountability__c").find((one) => one.Name === name);
}

async function tick(screen, name, checked = true) {
    const box = labelled(screen, name);
    box.checked = checked;
    box.dispatchEvent(new CustomEvent("change", { detail: { checked } }));
    await settled();
}

describe("due and late", () => {
    it("tells both sides, ours first", async () => {
        const screen = await show(SvDueAndLate, "offCourse");
        const titles = all(screen, "h3").map((one) => one.textContent);
        expect(titles).toEqual(["We owe", "Together", "Sample Member 017 owes"]);
        expect(words(screen)).toContain("1 late on our side");
        expect(words(screen)).toContain("1 late on their side");
    });

    it("says since when something is late, and what inaction costs", async () => {
        const said = words(await show(SvDueAndLate, "offCourse"));
        expect(said).toContain("late since Nov 10, 10 days");
        expect(said).toContain("The auditor can't be booked before January");
        expect(said).toContain("for the milestone 'Certification audit'");
    });

    it("ticks off what is done, today, and keeps it in sight", async () => {
        const screen = await show(SvDueAndLate, "offCourse");
        await tick(screen, "Send the audit pack");
        expect(row("Send the audit pack").Done_On__c).toBe("2026-11-20");
        expect(words(screen)).toContain("done Nov 20");
        expect(words(screen)).not.toContain("late on our side");
    });

    it("takes a tick back", async () => {
        const screen = await show(SvDueAndLate, "offCourse");
        await tick(screen, "Send the audit pack");
        await tick(screen, "Send the audit pack", false);
        expect(row("Send the audit pack").Done_On__c).toBeNull();
    });

    it("unticks and says why when Salesforce refuses", async () => {
        const screen = await show(SvDueAndLate, "offCourse", (made) => {
            made.failing = { write: { body: { message: "Done before it was agreed" } } };
        });
        await tick(screen, "Send the audit pack");
        expect(labelled(screen, "Send the audit pack").checked).toBe(false);
        expect(words(screen)).toContain("Done before it was agreed");
    });

    it("counts what is proposed only once it is agreed", async () => {
        const screen = await show(SvDueAndLate, "offCourse");
        expect(words(screen)).toContain("Proposed, not agreed yet (1)");
        await press(screen, "Agreed today: Share the bid template");
        expect(row("Share the bid template").Agreed_On__c).toBe("2026-11-20");
        expect(words(screen)).not.toContain("Proposed, not agreed yet");
    });

    it("keeps what is due later out of the way", async () => {
        expect(words(await show(SvDueAndLate, "offCourse"))).toContain("Due later (1)");
    });

    it("says when nothing is late", async () => {
        const said = words(await show(SvDueAndLate, "onCourse"));
        expect(said).toContain("Nothing late on either side");
        expect(said).toContain("Sample Member 017 owes");
    });

    it("shows nothing to do once everything is done", async () => {
        expect(words(await show(SvDueAndLate, "arrived"))).toContain("Nothing here in the next 30 days");
    });

    it("invites to agree on something where nothing is", async () => {
        expect(words(await show(SvDueAndLate, "noGoal"))).toContain("Nothing agreed yet");
    });

    it("opens a new agreement for the goal", async () => {
        const screen = await show(SvDueAndLate, "offCourse");
        await press(screen, "Add what was agreed");
        expect(org.opened[0].state.defaultFieldValues).toContain("Desired_Outcome__c=a01000000000001AAA");
    });

    it("is kind without access and when loading fails", async () => {
        expect(words(await show(SvDueAndLate, "denied"))).toContain("You can't see this yet");
        expect(words(await show(SvDueAndLate, "broken"))).toContain("The server is having a moment");
    });
});
