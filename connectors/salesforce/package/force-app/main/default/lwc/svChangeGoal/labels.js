import baseline from "@salesforce/label/c.SV_Change_Baseline";
import by from "@salesforce/label/c.SV_Change_By";
import byHelp from "@salesforce/label/c.SV_Change_ByHelp";
import due from "@salesforce/label/c.SV_Change_Due";
import intro from "@salesforce/label/c.SV_Change_Intro";
import milestones from "@salesforce/label/c.SV_Change_Milestones";
import milestonesHelp from "@salesforce/label/c.SV_Change_MilestonesHelp";
import name from "@salesforce/label/c.SV_Change_Name";
import needed from "@salesforce/label/c.SV_Change_Needed";
import notPast from "@salesforce/label/c.SV_Change_NotPast";
import objective from "@salesforce/label/c.SV_Change_Objective";
import promises from "@salesforce/label/c.SV_Change_Promises";
import reason from "@salesforce/label/c.SV_Change_Reason";
import requirements from "@salesforce/label/c.SV_Change_Requirements";
import save from "@salesforce/label/c.SV_Change_Save";

/** The words of this screen, in the user's language. */
export default {
    baseline,
    by,
    byHelp,
    due,
    intro,
    milestones,
    milestonesHelp,
    name,
    needed,
    notPast,
    objective,
    promises,
    reason,
    requirements,
    save
};
