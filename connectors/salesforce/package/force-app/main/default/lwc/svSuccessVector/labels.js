import amount from "@salesforce/label/c.SV_Vector_Amount";
import amountMost from "@salesforce/label/c.SV_Vector_AmountMost";
import amountOne from "@salesforce/label/c.SV_Vector_AmountOne";
import asOf from "@salesforce/label/c.SV_Vector_AsOf";
import atLeast from "@salesforce/label/c.SV_Vector_AtLeast";
import away from "@salesforce/label/c.SV_Vector_Away";
import details from "@salesforce/label/c.SV_Vector_Details";
import dialAway from "@salesforce/label/c.SV_Vector_DialAway";
import dialMoved from "@salesforce/label/c.SV_Vector_DialMoved";
import dialPlanned from "@salesforce/label/c.SV_Vector_DialPlanned";
import dialStill from "@salesforce/label/c.SV_Vector_DialStill";
import dialToward from "@salesforce/label/c.SV_Vector_DialToward";
import direction from "@salesforce/label/c.SV_Vector_Direction";
import directionHelp from "@salesforce/label/c.SV_Vector_DirectionHelp";
import follows from "@salesforce/label/c.SV_Vector_Follows";
import gapOpen from "@salesforce/label/c.SV_Vector_GapOpen";
import gapOpenText from "@salesforce/label/c.SV_Vector_GapOpenText";
import gapPending from "@salesforce/label/c.SV_Vector_GapPending";
import known from "@salesforce/label/c.SV_Vector_Known";
import look from "@salesforce/label/c.SV_Vector_Look";
import magnitude from "@salesforce/label/c.SV_Vector_Magnitude";
import magnitudeHelp from "@salesforce/label/c.SV_Vector_MagnitudeHelp";
import measured from "@salesforce/label/c.SV_Vector_Measured";
import noGoal from "@salesforce/label/c.SV_Vector_NoGoal";
import noGoalText from "@salesforce/label/c.SV_Vector_NoGoalText";
import notScored from "@salesforce/label/c.SV_Vector_NotScored";
import notScoredText from "@salesforce/label/c.SV_Vector_NotScoredText";
import pace from "@salesforce/label/c.SV_Vector_Pace";
import paceHelp from "@salesforce/label/c.SV_Vector_PaceHelp";
import precise from "@salesforce/label/c.SV_Vector_Precise";
import preciseLow from "@salesforce/label/c.SV_Vector_PreciseLow";
import preciseLowHelp from "@salesforce/label/c.SV_Vector_PreciseLowHelp";
import progress from "@salesforce/label/c.SV_Vector_Progress";
import progressHelp from "@salesforce/label/c.SV_Vector_ProgressHelp";
import score from "@salesforce/label/c.SV_Vector_Score";
import scoreOf from "@salesforce/label/c.SV_Vector_ScoreOf";
import sideways from "@salesforce/label/c.SV_Vector_Sideways";
import stale from "@salesforce/label/c.SV_Vector_Stale";
import staleText from "@salesforce/label/c.SV_Vector_StaleText";
import still from "@salesforce/label/c.SV_Vector_Still";
import straight from "@salesforce/label/c.SV_Vector_Straight";
import title from "@salesforce/label/c.SV_Vector_Title";
import toward from "@salesforce/label/c.SV_Vector_Toward";
import trend from "@salesforce/label/c.SV_Vector_Trend";
import trendBand from "@salesforce/label/c.SV_Vector_TrendBand";
import version from "@salesforce/label/c.SV_Vector_Version";

/** The words of this screen, in the user's language. */
export default {
    amount,
    amountMost,
    amountOne,
    asOf,
    atLeast,
    away,
    details,
    dialAway,
    dialMoved,
    dialPlanned,
    dialStill,
    dialToward,
    direction,
    directionHelp,
    follows,
    gapOpen,
    gapOpenText,
    gapPending,
    known,
    look,
    magnitude,
    magnitudeHelp,
    measured,
    noGoal,
    noGoalText,
    notScored,
    notScoredText,
    pace,
    paceHelp,
    precise,
    preciseLow,
    preciseLowHelp,
    progress,
    progressHelp,
    score,
    scoreOf,
    sideways,
    stale,
    staleText,
    still,
    straight,
    title,
    toward,
    trend,
    trendBand,
    version
};
