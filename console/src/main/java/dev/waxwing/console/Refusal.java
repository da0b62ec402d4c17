package dev.waxwing.console;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// A request that cannot be answered; the text is for whoever sent it. As JSON: `{error, where, found, wouldDo}`.
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String where;
    private final String found;
    private final String wouldDo;

    /// @param status of HTTP
    Refusal(int status, String error, String where, String found, String wouldDo) {
        super(error);
        this.status = status;
        this.where = where;
        this.found = found;
        this.wouldDo = wouldDo;
    }

    static Refusal badRequest(String where, String found, String wouldDo) {
        return new Refusal(400, where + " is not usable", where, found, wouldDo);
    }

    static Refusal noRun(String id) {
        return new Refusal(404, "there is no run " + id, "run", id, "GET /v1/runs lists them");
    }

    int status() {
        return status;
    }

    ObjectNode json() {
        return Json.object()
                .put("error", getMessage())
                .put("where", where)
                .put("found", found)
                .put("wouldDo", wouldDo);
    }
}
