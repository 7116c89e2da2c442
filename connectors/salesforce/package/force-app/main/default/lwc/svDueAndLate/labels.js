import add from "@salesforce/label/c.SV_Due_Add";
import allQuiet from "@salesforce/label/c.SV_Due_AllQuiet";
import empty from "@salesforce/label/c.SV_Due_Empty";
import emptyText from "@salesforce/label/c.SV_Due_EmptyText";
import lateOurs from "@salesforce/label/c.SV_Due_LateOurs";
import lateTheirs from "@salesforce/label/c.SV_Due_LateTheirs";
import lateTogether from "@salesforce/label/c.SV_Due_LateTogether";
import later from "@salesforce/label/c.SV_Due_Later";
import onTime from "@salesforce/label/c.SV_Due_OnTime";
import ours from "@salesforce/label/c.SV_Due_Ours";
import proposed from "@salesforce/label/c.SV_Due_Proposed";
import proposedHelp from "@salesforce/label/c.SV_Due_ProposedHelp";
import soon from "@salesforce/label/c.SV_Due_Soon";
import theirs from "@salesforce/label/c.SV_Due_Theirs";
import theirsUnnamed from "@salesforce/label/c.SV_Due_TheirsUnnamed";
import title from "@salesforce/label/c.SV_Due_Title";
import together from "@salesforce/label/c.SV_Due_Together";

/** The words of this screen, in the user's language. */
export default {
    add,
    allQuiet,
    empty,
    emptyText,
    lateOurs,
    lateTheirs,
    lateTogether,
    later,
    onTime,
    ours,
    proposed,
    proposedHelp,
    soon,
    theirs,
    theirsUnnamed,
    title,
    together
};
