/* session.c - reading, deleting, and the state of one exercise. */
#include "apps/exercises/exercises.h"
#include "common/base/str.h"

struct status_query {
    const char *id;
};

static const struct field status_query_fields[] = {
    FIELD_UUID(struct status_query, id, "id", FIELD_REQUIRED),
    FIELD_END,
};

/* Closes the overdue question as expired: its time ran out while nobody looked (rule C4). */
static enum err expire(struct req *q, const struct run *run) {
    const struct play_question *pq = &run->play->questions[run->next];
    const struct play_stage *ps = &run->play->stages[pq->stage];
    struct db_rows rows;
    struct db_call call = {SQL_ANSWER_PUT(db_str(&run->exercise, 0, COL_ID), db_number(q->arena, pq->index),
                                          db_number(q->arena, pq->stage + 1), db_number(q->arena, ps->first), db_number(q->arena, ps->last),
                                          pq->item->id, NULL, "0", "0", db_number(q->arena, pq->max_points), NULL, NULL),
                           .rows = &rows};
    return req_run(q, &call, 1);
}

/* Notes when questions were first shown; against the clock this starts the time of one question. */
static enum err show(struct req *q, struct run *run) {
    const struct play_stage *ps = &run->play->stages[run->open_stage];
    int last = run->timed ? run->next : ps->last;
    double seconds = run->timed ? play_seconds(run->play, &run->play->questions[run->next], run->timing) : 0;
    struct db_rows rows;
    struct db_call call = {SQL_QUESTION_SHOW(run->participant_id, db_number(q->arena, run->next), db_number(q->arena, last),
                                             run->timed ? arena_printf(q->arena, "%.0f", seconds) : NULL),
                           .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e == OK && rows.n == 0) {
        return ERR_NOT_FOUND; /* deleted a moment ago */
    }
    for (int i = 0; e == OK && i < rows.n; i++) {
        int64_t at = db_int(&rows, i, COL_QUESTION_INDEX);
        run->show[at] = (struct run_shown){.shown = true, .deadline = db_str(&rows, i, COL_DEADLINE)};
    }
    return e;
}

static enum err session_get(struct req *q, struct resp *r) {
    struct run run;
    enum err e = run_load(q, q->params[0], RUN_WHOLE, &run);
    bool playing = e == OK && run.participant_id && str_eq(run.status, "IN_PROGRESS") && run.next < run.play->nquestions;
    if (playing && run.show[run.next].overdue) {
        e = expire(q, &run);
        e = e == OK ? run_load(q, q->params[0], RUN_WHOLE, &run) : e;
        run.hold = true;
    } else if (playing && !run.show[run.next].shown) {
        e = show(q, &run);
    }
    if (e == OK) {
        session_write(q, &r->json, &run);
    }
    return e;
}

static enum err session_delete(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call call = {SQL_EXERCISE_DELETE(q->params[0]), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e != OK) {
        return e;
    }
    if (str_eq(db_str(&rows, 0, COL_VERDICT), "not_found")) {
        return ERR_NOT_FOUND;
    }
    if (str_eq(db_str(&rows, 0, COL_VERDICT), "forbidden")) {
        return resp_fail(r, ERR_FORBIDDEN, "Only the person who created the exercise or an administrator can delete it.");
    }
    jw_object(&r->json);
    jw_kbool(&r->json, "success", true);
    jw_object_end(&r->json);
    return OK;
}

static enum err status_get(struct req *q, struct resp *r) {
    const struct status_query *query = q->query;
    struct db_rows rows;
    struct db_call call = {SQL_SESSION_STATUS(query->id), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e != OK || rows.n == 0) {
        return e != OK ? e : ERR_NOT_FOUND;
    }
    jw_object(&r->json);
    jw_kstr(&r->json, "id", db_str(&rows, 0, COL_ID));
    jw_kstr(&r->json, "status", db_str(&rows, 0, COL_STATUS));
    jw_kstr(&r->json, "title", db_str(&rows, 0, COL_TITLE));
    /* Generation from the library is done when the call returns. */
    jw_kint(&r->json, "progress", 100);
    jw_knull(&r->json, "error");
    jw_object_end(&r->json);
    return OK;
}

static const struct field exercise_status_members[] = {
    OUT(FT_UUID, "id", "Id."),
    OUT(FT_ENUM, "status", "Status.", .values = VALUES("DRAFT", "GENERATING", "LOBBY", "IN_PROGRESS", "COMPLETED", "CANCELLED", "FAILED")),
    OUT(FT_STR, "title", "Title.", .min = 1),
    OUT(FT_INT, "progress", "Progress.", .min = 0, .max = 100),
    OUT(FT_STR, "error", "Error.", .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape exercise_status_shape = SHAPE("ExerciseStatus", "Exercise status.", exercise_status_members);

static const struct field participant_user_members[] = {
    OUT(FT_UUID, "id", "Id.", .flags = FIELD_NULL),
    OUT(FT_STR, "firstName", "First name.", .flags = FIELD_NULL),
    OUT(FT_STR, "lastName", "Last name.", .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape participant_user_shape = SHAPE("ParticipantUser", "Nulls when the person was erased.", participant_user_members);

static const struct field participant_answer_members[] = {
    OUT(FT_INT, "questionIndex", "Question index.", .min = 0, .max = 29),
    OUT(FT_INT, "stageIndex", "Stage index.", .min = 0, .max = 4),
    OUT(FT_ENUM, "selectedOption", "Selected option.", .values = VALUES("A", "B", "C", "D"), .flags = FIELD_NULL),
    OUT(FT_BOOL, "isCorrect", "Is correct."),
    OUT(FT_INT, "points", "Points.", .min = 0),
    OUT(FT_BOOL, "expired", "Expired."),
    OUT(FT_INT, "confidence", "Confidence.", .min = 1, .max = 5, .flags = FIELD_NULL),
    OUT(FT_STR, "rationale", "Rationale.", .max = 2000, .flags = FIELD_NULL),
    OUT(FT_TIME, "answeredAt", "Answered at.", .example = "2026-11-21T08:15:30.123Z"),
    FIELD_END,
};
static const struct shape participant_answer_shape = SHAPE("ParticipantAnswer", "Participant answer.", participant_answer_members);

static const struct field participant_members[] = {
    OUT(FT_UUID, "id", "Id."),
    OUT(FT_UUID, "userId", "User id.", .flags = FIELD_NULL),
    OUT(FT_INT, "totalScore", "Total score.", .min = 0),
    OUT(FT_INT, "rank", "Rank.", .min = 1),
    OUT(FT_TIME, "joinedAt", "Joined at.", .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_OBJ, "user", "Nulls when the person was erased.", .shape = &participant_user_shape),
    OUT(FT_OBJS, "answers",
        "On the caller's own row; on others' only after completion and only for facilitators, administrators and auditors.", .max = 30,
        .shape = &participant_answer_shape, .flags = FIELD_MAYBE),
    FIELD_END,
};
static const struct shape participant_shape = SHAPE("Participant", "Participant.", participant_members);

static const struct field session_certificate_members[] = {
    OUT(FT_BOOL, "eligible", "Eligible."),
    OUT(FT_UUID, "id", "Id.", .flags = FIELD_NULL),
    OUT(FT_ENUM, "grade", "Grade.", .values = VALUES("PLATINUM", "GOLD", "SILVER", "BRONZE"), .flags = FIELD_NULL),
    OUT(FT_STR, "reason", "The condition that failed; null when eligible.", .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape session_certificate_shape = SHAPE("SessionCertificate", "Session certificate.", session_certificate_members);

static const struct field scenario_attacker_profile_members[] = {
    OUT(FT_STR, "name", "Name.", .min = 1),
    OUT(FT_STR, "type", "Type.", .min = 1),
    OUT(FT_STR, "motivation", "Motivation.", .min = 1),
    OUT(FT_STR, "sophistication", "Sophistication.", .min = 1),
    FIELD_END,
};
static const struct shape scenario_attacker_profile_shape =
    SHAPE("ScenarioAttackerProfile", "Scenario attacker profile.", scenario_attacker_profile_members);

static const struct field scenario_target_organization_members[] = {
    OUT(FT_STR, "industry", "Industry.", .min = 1),
    OUT(FT_STR, "size", "Size.", .min = 1),
    OUT(FT_STR, "description", "Description.", .min = 1),
    FIELD_END,
};
static const struct shape scenario_target_organization_shape =
    SHAPE("ScenarioTargetOrganization", "Scenario target organization.", scenario_target_organization_members);

static const struct field story_character_members[] = {
    OUT(FT_STR, "name", "Name.", .min = 1, .max = 80),
    OUT(FT_STR, "role", "Role.", .min = 1, .max = 80),
    OUT(FT_STR, "department", "Department.", .max = 80),
    OUT(FT_STR, "description", "Description.", .max = 500),
    OUT(FT_STRS, "expertise", "Expertise.", .max = 10, .item_max = 80),
    FIELD_END,
};
static const struct shape story_character_shape = SHAPE("StoryCharacter", "Story character.", story_character_members);

static const struct field open_stage_clock_members[] = {
    OUT(FT_STR, "scenario", "Scenario.", .min = 1),
    OUT(FT_STR, "regulatory", "Regulatory.", .min = 1),
    FIELD_END,
};
static const struct shape open_stage_clock_shape = SHAPE("OpenStageClock", "Open stage clock.", open_stage_clock_members);

static const struct field indicator_members[] = {
    OUT(FT_ENUM, "type", "Type.", .values = VALUES("account", "domain", "email", "file", "hash", "ip", "url")),
    OUT(FT_STR, "value", "Value.", .min = 1),
    OUT(FT_STR, "note", "Note.", .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape indicator_shape = SHAPE("Indicator", "Indicator.", indicator_members);

static const struct field alert_members[] = {
    OUT(FT_STR, "tool", "The organisation's tool when the exercise was made, otherwise the category, such as SIEM.", .min = 1, .max = 80),
    OUT(FT_ENUM, "severity", "Severity.", .values = VALUES("low", "medium", "high", "critical")),
    OUT(FT_STR, "title", "Title.", .min = 1),
    OUT(FT_STR, "description", "Description.", .min = 1),
    FIELD_END,
};
static const struct shape alert_shape = SHAPE("Alert", "Alert.", alert_members);

static const struct field inject_members[] = {
    OUT(FT_STR, "time", "Time.", .pattern = "^([0-9]{2}:[0-9]{2})?$"),
    OUT(FT_ENUM, "channel", "Channel.",
        .values = VALUES("email", "phone", "chat", "ticket", "alert", "press", "letter", "portal", "meeting")),
    OUT(FT_STR, "from", "From.", .min = 1),
    OUT(FT_STR, "text", "Text.", .min = 1),
    FIELD_END,
};
static const struct shape inject_shape = SHAPE("Inject", "Inject.", inject_members);

static const struct field open_option_members[] = {
    OUT(FT_INT, "index", "Index.", .min = 0, .max = 3),
    OUT(FT_ENUM, "letter", "Letter.", .values = VALUES("A", "B", "C", "D")),
    OUT(FT_STR, "text", "Text.", .min = 1),
    FIELD_END,
};
static const struct shape open_option_shape = SHAPE("OpenOption", "Open option.", open_option_members);

static const struct field open_question_members[] = {
    OUT(FT_INT, "questionIndex", "Question index.", .min = 0, .max = 29),
    OUT(FT_INT, "stageQuestionIndex", "Stage question index.", .min = 0, .max = 29),
    OUT(FT_STR, "question", "Question.", .min = 1),
    OUT(FT_STR, "context", "Context.", .flags = FIELD_NULL),
    OUT(FT_ENUM, "difficulty", "Difficulty.", .values = VALUES("easy", "medium", "hard")),
    OUT(FT_ENUM, "role", "Role.",
        .values = VALUES("ciso", "soc-analyst", "it-ops", "legal", "communications", "business-owner", "executive", "hr", "vendor-manager",
                         "finance", "cloud-ops")),
    OUT(FT_INT, "maxPoints", "Max points.", .min = 1),
    OUT(FT_INT, "timeLimitSeconds", "Time limit seconds.", .min = 1, .flags = FIELD_NULL),
    OUT(FT_TIME, "deadline", "Deadline.", .example = "2026-11-21T08:15:30.123Z", .flags = FIELD_NULL),
    OUT(FT_OBJS, "options", "Options.", .min = 3, .max = 4, .shape = &open_option_shape),
    FIELD_END,
};
static const struct shape open_question_shape =
    SHAPE("OpenQuestion", "Before the caller has answered it: nothing of the key.", open_question_members);

static const struct field debrief_option_members[] = {
    OUT(FT_INT, "index", "Index.", .min = 0, .max = 3),
    OUT(FT_ENUM, "letter", "Letter.", .values = VALUES("A", "B", "C", "D")),
    OUT(FT_STR, "text", "Text.", .min = 1),
    OUT(FT_BOOL, "isCorrect", "Is correct."),
    OUT(FT_INT, "points", "Points.", .min = 0),
    OUT(FT_STR, "why", "Why not this one; null for the best.", .flags = FIELD_NULL),
    FIELD_END,
};
const struct shape debrief_option_shape = SHAPE("DebriefOption", "Debrief option.", debrief_option_members);

static const struct field real_incident_members[] = {
    OUT(FT_STR, "name", "Name.", .min = 1),
    OUT(FT_INT, "year", "Year.", .min = 1980),
    OUT(FT_STR, "text", "Text.", .min = 1),
    FIELD_END,
};
const struct shape real_incident_shape = SHAPE("RealIncident", "Real incident.", real_incident_members);

static const struct field debrief_question_members[] = {
    OUT(FT_INT, "questionIndex", "Question index.", .min = 0, .max = 29),
    OUT(FT_INT, "stageQuestionIndex", "Stage question index.", .min = 0, .max = 29),
    OUT(FT_STR, "question", "Question.", .min = 1),
    OUT(FT_STR, "context", "Context.", .flags = FIELD_NULL),
    OUT(FT_ENUM, "difficulty", "Difficulty.", .values = VALUES("easy", "medium", "hard")),
    OUT(FT_ENUM, "role", "Role.",
        .values = VALUES("ciso", "soc-analyst", "it-ops", "legal", "communications", "business-owner", "executive", "hr", "vendor-manager",
                         "finance", "cloud-ops")),
    OUT(FT_INT, "maxPoints", "Max points.", .min = 1),
    OUT(FT_INT, "timeLimitSeconds", "Time limit seconds.", .min = 1, .flags = FIELD_NULL),
    OUT(FT_TIME, "deadline", "Deadline.", .example = "2026-11-21T08:15:30.123Z", .flags = FIELD_NULL),
    OUT(FT_OBJS, "options", "Options.", .min = 3, .max = 4, .shape = &debrief_option_shape),
    OUT(FT_ENUM, "selectedOption", "Selected option.", .values = VALUES("A", "B", "C", "D"), .flags = FIELD_NULL),
    OUT(FT_ENUM, "correctOption", "Correct option.", .values = VALUES("A", "B", "C", "D")),
    OUT(FT_BOOL, "isCorrect", "Is correct."),
    OUT(FT_BOOL, "expired", "Expired."),
    OUT(FT_INT, "points", "Points.", .min = 0),
    OUT(FT_STR, "explanation", "Explanation.", .min = 1),
    OUT(FT_STR, "consequence", "Consequence.", .min = 1),
    OUT(FT_OBJ, "realIncident", "Real incident.", .shape = &real_incident_shape, .flags = FIELD_NULL),
    OUT(FT_STRS, "mitreTechniques", "Mitre techniques.", .pattern = "^T[0-9]{4}(\\.[0-9]{3})?$"),
    OUT(FT_STRS, "csf", "Subcategories of NIST CSF 2.0.", .pattern = "^(GV|ID|PR|DE|RS|RC)\\.[A-Z]{2}-[0-9]{2}$"),
    FIELD_END,
};
static const struct shape debrief_question_shape =
    SHAPE("DebriefQuestion", "After the caller has answered it, or when the run is completed.", debrief_question_members);

static const struct shape open_stage_question_shape =
    ONE_OF("OpenStageQuestion", "Open stage question.", &open_question_shape, &debrief_question_shape);

static const struct field open_stage_members[] = {
    OUT(FT_INT, "stageNumber", "Stage number.", .min = 1, .max = 5),
    OUT(FT_STR, "title", "Title.", .min = 1),
    OUT(FT_STR, "mitrePhase", "Mitre phase.", .min = 1),
    OUT(FT_STRS, "mitreTechniques", "Mitre techniques.", .pattern = "^T[0-9]{4}(\\.[0-9]{3})?$"),
    OUT(FT_BOOL, "locked", "Locked.", .values = VALUES("false")),
    OUT(FT_INT, "questionCount", "Question count.", .min = 1, .max = 30),
    OUT(FT_STR, "narrative", "Narrative.", .min = 1),
    OUT(FT_STR, "branchText", "What the choices so far have led to.", .flags = FIELD_NULL),
    OUT(FT_OBJ, "clock", "Clock.", .shape = &open_stage_clock_shape),
    OUT(FT_OBJS, "iocIndicators", "Ioc indicators.", .shape = &indicator_shape),
    OUT(FT_OBJS, "alertsTriggered", "Alerts triggered.", .shape = &alert_shape),
    OUT(FT_OBJS, "injects", "Injects.", .shape = &inject_shape),
    OUT(FT_OBJS, "questions",
        "Against the clock one at a time; none in the reply that closed an overdue one: the next clock starts with the next request.",
        .shape = &open_stage_question_shape),
    FIELD_END,
};
static const struct shape open_stage_shape = SHAPE("OpenStage", "Open stage.", open_stage_members);

static const struct field locked_stage_members[] = {
    OUT(FT_INT, "stageNumber", "Stage number.", .min = 1, .max = 5),
    OUT(FT_STR, "title", "Title.", .min = 1),
    OUT(FT_STR, "mitrePhase", "Mitre phase.", .min = 1),
    OUT(FT_STRS, "mitreTechniques", "Mitre techniques.", .pattern = "^T[0-9]{4}(\\.[0-9]{3})?$"),
    OUT(FT_BOOL, "locked", "Locked.", .values = VALUES("true")),
    OUT(FT_INT, "questionCount", "Question count.", .min = 1, .max = 30),
    FIELD_END,
};
static const struct shape locked_stage_shape = SHAPE("LockedStage", "Locked stage.", locked_stage_members);

static const struct shape scenario_stage_shape = ONE_OF("ScenarioStage", "Scenario stage.", &open_stage_shape, &locked_stage_shape);

static const struct field scenario_members[] = {
    OUT(FT_STR, "title", "Title.", .min = 1),
    OUT(FT_STR, "overview", "Overview.", .min = 1),
    OUT(FT_OBJ, "attackerProfile", "Attacker profile.", .shape = &scenario_attacker_profile_shape),
    OUT(FT_OBJ, "targetOrganization", "Target organization.", .shape = &scenario_target_organization_shape),
    OUT(FT_OBJS, "characters", "The people chosen for the story.", .max = 20, .shape = &story_character_shape),
    OUT(FT_INT, "totalPoints", "Total points.", .min = 1),
    OUT(FT_STRS, "objectives", "Objectives.", .min = 3, .max = 7),
    OUT(FT_OBJS, "stages", "Stages.", .min = 3, .max = 5, .shape = &scenario_stage_shape),
    FIELD_END,
};
static const struct shape scenario_shape = SHAPE("Scenario", "Scenario.", scenario_members);

static const struct field session_members[] = {
    OUT(FT_UUID, "id", "Id."),
    OUT(FT_UUID, "orgId", "Org id."),
    OUT(FT_STR, "title", "Title.", .min = 1),
    OUT(FT_STR, "theme", "One of the catalogue's themes.", .pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", .example = "ransomware"),
    OUT(FT_ENUM, "difficulty", "Difficulty.", .values = VALUES("BEGINNER", "INTERMEDIATE", "ADVANCED", "EXPERT")),
    OUT(FT_STR, "language", "Language.", .pattern = "^[a-z]{2,3}(-[A-Za-z0-9]+)*$", .example = "en"),
    OUT(FT_ENUM, "engine", "Engine.", .values = VALUES("library", "ai")),
    OUT(FT_ENUM, "mode", "Mode.", .values = VALUES("INDIVIDUAL", "GROUP")),
    OUT(FT_ENUM, "timing", "Timing.", .values = VALUES("off", "standard", "x1.5", "x2")),
    OUT(FT_ENUM, "status", "Status.", .values = VALUES("DRAFT", "GENERATING", "LOBBY", "IN_PROGRESS", "COMPLETED", "CANCELLED", "FAILED")),
    OUT(FT_UUID, "createdById", "Created by id.", .flags = FIELD_NULL),
    OUT(FT_TIME, "createdAt", "Created at.", .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "startedAt", "Started at.", .example = "2026-11-21T08:15:30.123Z", .flags = FIELD_NULL),
    OUT(FT_TIME, "completedAt", "Completed at.", .example = "2026-11-21T08:15:30.123Z", .flags = FIELD_NULL),
    OUT(FT_STRS, "mitreAttackIds", "Mitre attack ids."),
    OUT(FT_INT, "questionCount", "Question count.", .min = 3, .max = 30),
    OUT(FT_INT, "currentStage", "Current stage.", .min = 1, .max = 5),
    OUT(FT_OBJS, "participants", "Participants.", .shape = &participant_shape),
    OUT(FT_OBJ, "certificate", "Certificate.", .shape = &session_certificate_shape, .flags = FIELD_MAYBE),
    OUT(FT_OBJ, "scenario", "Scenario.", .shape = &scenario_shape),
    FIELD_END,
};
static const struct shape session_shape = SHAPE("Session", "Session.", session_members);

const struct route session_routes[] = {
    {METHOD_GET, "/api/ttx/status", GUARD_MEMBER, "exercises", status_get, QUERY(status_query_fields, struct status_query),
     .summary = "State of an exercise", .name = "getExerciseStatus", .tag = "exercises", .reply_help = "Its state.",
     .reply = &exercise_status_shape, .errors = ERRORS({ERR_NOT_FOUND, NULL})},
    {METHOD_GET, "/api/ttx/session/{id}", GUARD_MEMBER, "exercises", session_get, .summary = "An exercise as the caller may see it",
     .name = "getSession", .tag = "exercises",
     .help = "With timing, reading it shows the next question and starts its time; a question whose time is over is stored as expired.",
     .reply_help = "The exercise; nothing of the key before a question is answered.", .reply = &session_shape},
    {METHOD_DELETE, "/api/ttx/session/{id}", GUARD_PLAYER, "exercises", session_delete,
     .summary = "Delete an exercise (creator or administrator)", .name = "deleteSession", .tag = "exercises",
     .reply_help = "Deleted with its answers; certificates stay.", .reply = &success_shape},
    {0},
};
