import accelerator from "@salesforce/label/c.SV_Step_Accelerator";
import after from "@salesforce/label/c.SV_Step_After";
import ask from "@salesforce/label/c.SV_Step_Ask";
import due from "@salesforce/label/c.SV_Step_Due";
import early from "@salesforce/label/c.SV_Step_Early";
import late from "@salesforce/label/c.SV_Step_Late";
import lateOne from "@salesforce/label/c.SV_Step_LateOne";
import lost from "@salesforce/label/c.SV_Step_Lost";
import lostOn from "@salesforce/label/c.SV_Step_LostOn";
import mark from "@salesforce/label/c.SV_Step_Mark";
import markOn from "@salesforce/label/c.SV_Step_MarkOn";
import markThis from "@salesforce/label/c.SV_Step_MarkThis";
import metric from "@salesforce/label/c.SV_Step_Metric";
import metricNone from "@salesforce/label/c.SV_Step_MetricNone";
import metricOn from "@salesforce/label/c.SV_Step_MetricOn";
import moved from "@salesforce/label/c.SV_Step_Moved";
import needsDay from "@salesforce/label/c.SV_Step_NeedsDay";
import next from "@salesforce/label/c.SV_Step_Next";
import noDay from "@salesforce/label/c.SV_Step_NoDay";
import notBefore from "@salesforce/label/c.SV_Step_NotBefore";
import notFuture from "@salesforce/label/c.SV_Step_NotFuture";
import notNow from "@salesforce/label/c.SV_Step_NotNow";
import offer from "@salesforce/label/c.SV_Step_Offer";
import onDay from "@salesforce/label/c.SV_Step_OnDay";
import reached from "@salesforce/label/c.SV_Step_Reached";
import reachedOn from "@salesforce/label/c.SV_Step_ReachedOn";
import undo from "@salesforce/label/c.SV_Step_Undo";
import undoOn from "@salesforce/label/c.SV_Step_UndoOn";
import undoThis from "@salesforce/label/c.SV_Step_UndoThis";

/** The words of this screen, in the user's language. */
export default {
    accelerator,
    after,
    ask,
    due,
    early,
    late,
    lateOne,
    lost,
    lostOn,
    mark,
    markOn,
    markThis,
    metric,
    metricNone,
    metricOn,
    moved,
    needsDay,
    next,
    noDay,
    notBefore,
    notFuture,
    notNow,
    offer,
    onDay,
    reached,
    reachedOn,
    undo,
    undoOn,
    undoThis
};
