import accountability from "@salesforce/label/c.SV_Terms_Accountability";
import away from "@salesforce/label/c.SV_Terms_Away";
import broken from "@salesforce/label/c.SV_Terms_Broken";
import brokenText from "@salesforce/label/c.SV_Terms_BrokenText";
import caption from "@salesforce/label/c.SV_Terms_Caption";
import condition from "@salesforce/label/c.SV_Terms_Condition";
import experience from "@salesforce/label/c.SV_Terms_Experience";
import functional from "@salesforce/label/c.SV_Terms_Functional";
import kind from "@salesforce/label/c.SV_Terms_Kind";
import leftOut from "@salesforce/label/c.SV_Terms_LeftOut";
import leftOutOne from "@salesforce/label/c.SV_Terms_LeftOutOne";
import missing from "@salesforce/label/c.SV_Terms_Missing";
import missingText from "@salesforce/label/c.SV_Terms_MissingText";
import net from "@salesforce/label/c.SV_Terms_Net";
import noWeight from "@salesforce/label/c.SV_Terms_NoWeight";
import ofGoal from "@salesforce/label/c.SV_Terms_OfGoal";
import operational from "@salesforce/label/c.SV_Terms_Operational";
import opportune from "@salesforce/label/c.SV_Terms_Opportune";
import ours from "@salesforce/label/c.SV_Terms_Ours";
import overdue from "@salesforce/label/c.SV_Terms_Overdue";
import progress from "@salesforce/label/c.SV_Terms_Progress";
import pull from "@salesforce/label/c.SV_Terms_Pull";
import reversal from "@salesforce/label/c.SV_Terms_Reversal";
import still from "@salesforce/label/c.SV_Terms_Still";
import strategic from "@salesforce/label/c.SV_Terms_Strategic";
import toward from "@salesforce/label/c.SV_Terms_Toward";
import unknown from "@salesforce/label/c.SV_Terms_Unknown";
import weight from "@salesforce/label/c.SV_Terms_Weight";
import what from "@salesforce/label/c.SV_Terms_What";
import why from "@salesforce/label/c.SV_Terms_Why";

/** The words of this screen, in the user's language. */
export default {
    accountability,
    away,
    broken,
    brokenText,
    caption,
    condition,
    experience,
    functional,
    kind,
    leftOut,
    leftOutOne,
    missing,
    missingText,
    net,
    noWeight,
    ofGoal,
    operational,
    opportune,
    ours,
    overdue,
    progress,
    pull,
    reversal,
    still,
    strategic,
    toward,
    unknown,
    weight,
    what,
    why
};
