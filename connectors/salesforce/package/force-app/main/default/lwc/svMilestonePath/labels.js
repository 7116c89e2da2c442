import add from "@salesforce/label/c.SV_Path_Add";
import allReached from "@salesforce/label/c.SV_Path_AllReached";
import empty from "@salesforce/label/c.SV_Path_Empty";
import emptyText from "@salesforce/label/c.SV_Path_EmptyText";
import fact from "@salesforce/label/c.SV_Path_Fact";
import legend from "@salesforce/label/c.SV_Path_Legend";
import plan from "@salesforce/label/c.SV_Path_Plan";
import progress from "@salesforce/label/c.SV_Path_Progress";
import reached from "@salesforce/label/c.SV_Path_Reached";
import title from "@salesforce/label/c.SV_Path_Title";
import today from "@salesforce/label/c.SV_Path_Today";

/** The words of this screen, in the user's language. */
export default {
    add,
    allReached,
    empty,
    emptyText,
    fact,
    legend,
    plan,
    progress,
    reached,
    title,
    today
};
