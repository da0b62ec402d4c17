package dev.waxwing.serve;

import dev.waxwing.config.DidYouMean;

/// A request that cannot be answered; the text is for whoever sent it. As JSON: `{error, where, found, wouldDo}`.
public final class ServeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String where;
    private final String found;
    private final String wouldDo;

    /// @param status of HTTP
    ServeException(int status, String error, String where, String found, String wouldDo) {
        super(error);
        this.status = status;
        this.where = where;
        this.found = found;
        this.wouldDo = wouldDo;
    }

    static ServeException badRequest(String where, String found, String wouldDo) {
        return new ServeException(400, where + " is not usable", where, found, wouldDo);
    }

    static ServeException notFound(String error, String where, String found, String wouldDo) {
        return new ServeException(404, error, where, found, wouldDo);
    }

    static ServeException notReady(String why) {
        return new ServeException(
                503,
                "nothing is live yet",
                "activation log",
                why,
                "run the pipelines that publish and activate, then ask again");
    }

    static Scene scene(Live live, String name) {
        return live.scene(name)
                .orElseThrow(
                        () ->
                                notFound(
                                        "there is no scene " + name,
                                        "scene",
                                        name,
                                        DidYouMean.hint(name, live.sceneNames())));
    }

    public int status() {
        return status;
    }

    public String where() {
        return where;
    }

    public String found() {
        return found;
    }

    public String wouldDo() {
        return wouldDo;
    }
}
