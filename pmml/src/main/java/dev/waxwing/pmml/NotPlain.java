package dev.waxwing.pmml;

/// Says that a document is no plain tree ensemble, and where that shows; it may still be a document for [Evaluator].
final class NotPlain extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Element element;

    NotPlain(Element element, String why) {
        super(why, null, false, false);
        this.element = element;
    }

    /// The same as a refusal.
    PmmlException refusal() {
        return element.problem(getMessage());
    }
}
