package dev.waxwing.pmml;

import dev.waxwing.pmml.Question.Ask;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Turns `TreeModel`s into trees of a [Forest] that decide alike for every row.
///
/// The document's tree is followed for all rows at once. Where the rows that come to a node would not all go on alike, the
/// compiled tree asks the first question that parts them; what each side then knows of the columns answers most later
/// conditions by itself. So two children with contrary conditions become one comparison, whichever way they are written,
/// and what becomes of a missing value is one more question, or a side of a comparison where that is the same.
final class TreeReader {
    private static final int MOST_NODES = 5_000; // or four times what the document has
    private static final int DEEPEST =
            400; // questions in a row; deeper trees would need more stack than a thread may have

    private static final List<String> STRATEGIES =
            List.of("none", "lastPrediction", "nullPrediction", "defaultChild");
    private static final Node[] NO_NODES = {};
    private static final Question TRUE = new Question.Always(true);

    private final Columns columns;
    private final QuestionReader questions;
    private final Forest.Builder builder = new Forest.Builder();
    private double[] means = new double[256]; // of inner nodes, by place in the forest
    private boolean told = true; // every inner node tells the mean of the rows below it
    private boolean missing; // some rows get no prediction

    // of the tree being read
    private Element model;
    private NodeScore value;
    private String strategy;
    private boolean returnsLast;
    private Possible[] known;
    private Map<String, Integer> leaves;
    private int leafCount; // of the document, then of the compiled tree's own
    private int mostNodes;
    private int depth; // of the question at hand in the compiled tree
    private int sourceNodes;
    private boolean again; // inside a part of the tree that was compiled before

    TreeReader(Columns columns) {
        this.columns = columns;
        this.questions = new QuestionReader(columns);
    }

    /// Makes room for the nodes of all trees in `segments`.
    void expect(List<Element> segments) {
        int nodes = 0;
        for (Element segment : segments) {
            for (Element tree : segment.children("TreeModel")) {
                nodes += nodesBelow(tree);
            }
        }
        builder.expect(nodes);
    }

    private static int nodesBelow(Element element) {
        List<Element> children = element.children();
        int nodes = 0;
        for (int i = 0; i < children.size(); i++) {
            Element child = children.get(i);
            if (child.name.equals("Node")) {
                nodes += 1 + nodesBelow(child);
            }
        }
        return nodes;
    }

    Forest forest(boolean floatSums) {
        int width = columns.all().size();
        return floatSums ? builder.buildWithFloatSums(width) : builder.build(width);
    }

    /// Whether some rows get no prediction from some tree.
    boolean mayBeMissing() {
        return missing;
    }

    /// What the rows below each inner node get on average, by its place in the forest; empty if the documents do not tell.
    ///
    /// A node that only the compiled tree has counts as the document's node whose rows it parts.
    double[] means() {
        return told ? Arrays.copyOf(means, builder.count()) : new double[0];
    }

    /// A node of the document.
    private static final class Node {
        final Element at;
        final Question question;
        final Node[] children;
        Node defaultChild;
        boolean settled; // it is a leaf, or [#isPlain] and so are all nodes below
        int leaf = -1; // its number
        boolean entered;
        boolean answered;
        boolean averaged;
        double mean; // once it is averaged; NaN if the document does not tell it

        Node(Element at, Question question, int children) {
            this.at = at;
            this.question = question;
            this.children = children == 0 ? NO_NODES : new Node[children];
        }
    }

    private enum Kind {
        ENTER,
        ANSWER,
        NOTHING,
        ASK
    }

    /// Where rows go: into a node, out with its prediction, out with none, or on with a question at one of its children.
    private record Goal(Kind kind, Node node, int child, Ask ask) {}

    /// Adds one tree.
    ///
    /// @return the numbers of the leaves that have an id
    Map<String, Integer> read(Element treeModel, NodeScore leafValue) throws NotPlain {
        model = treeModel;
        value = leafValue;
        readStrategies();
        leaves = new HashMap<>();
        leafCount = 0;
        sourceNodes = 0;
        again = false;
        Element top = model.child("Node");
        if (PredicateReader.in(top).isPresent() && !top.hasChild("True")) {
            throw new NotPlain(top, "the outermost node has a condition");
        }
        Node root = node(top, null);
        mostNodes = builder.count() + Math.max(MOST_NODES, 4 * sourceNodes);
        if (known == null) { // every tree leaves it as it was
            known = new Possible[columns.all().size()];
            for (int i = 0; i < known.length; i++) {
                known[i] = Possible.of(columns.all().get(i));
            }
        }
        builder.tree();
        compile(new Goal(Kind.ENTER, root, 0, null));
        return leaves;
    }

    private void readStrategies() throws NotPlain {
        for (Element child : model.children()) {
            switch (child.name) {
                case "MiningSchema", "Output", "Node", "ModelStats", "ModelExplanation" -> {}
                case "ModelVerification" -> {} // checked by whoever loads the document
                case "LocalTransformations" -> columns.derive(child);
                default -> throw new NotPlain(child, "<" + child.name + "> in <TreeModel>");
            }
        }
        for (String attribute : model.attributeNames()) {
            switch (attribute) {
                case "functionName",
                        "modelName",
                        "algorithmName",
                        "splitCharacteristic",
                        "noTrueChildStrategy",
                        "missingValueStrategy",
                        "missingValuePenalty",
                        "isScorable",
                        "x-mathContext" -> {}
                default -> throw new NotPlain(model, "<TreeModel> " + attribute);
            }
        }
        Outermost.checkScorable(model);
        columns.checkInner(model);
        strategy = model.attribute("missingValueStrategy", "none");
        if (!STRATEGIES.contains(strategy)) {
            throw new NotPlain(model, "missingValueStrategy " + strategy);
        }
        if (model.number("missingValuePenalty", 1) != 1) {
            throw new NotPlain(model, "missingValuePenalty"); // counts guesses along the path
        }
        returnsLast =
                model.word(
                                "noTrueChildStrategy",
                                "returnNullPrediction",
                                List.of("returnNullPrediction", "returnLastPrediction"))
                        .equals("returnLastPrediction");
    }

    private Node node(Element at, Node above) throws NotPlain {
        sourceNodes++;
        Question question = TRUE;
        boolean asked = above == null;
        List<Element> parts = at.children();
        int below = 0;
        for (int i = 0; i < parts.size(); i++) {
            Element child = parts.get(i);
            switch (child.name) {
                case "Node" -> below++;
                case "ScoreDistribution", "Partition" -> {}
                case "True",
                        "False",
                        "SimplePredicate",
                        "SimpleSetPredicate",
                        "CompoundPredicate" -> {
                    question = questions.read(child);
                    asked = true;
                }
                default -> throw new NotPlain(child, "<" + child.name + "> in <Node>");
            }
        }
        if (!asked) {
            throw at.problem("<Node> needs a condition");
        }
        Node node = new Node(at, question, below);
        String wanted = at.attribute("defaultChild", "");
        for (int i = 0, place = 0; place < below; i++) {
            Element child = parts.get(i);
            if (child.name.equals("Node")) {
                Node inner = node(child, node);
                node.children[place++] = inner;
                if (!wanted.isEmpty() && wanted.equals(child.attribute("id", ""))) {
                    node.defaultChild = inner;
                }
            }
        }
        if (below == 0) {
            number(node);
        }
        if (at.has("defaultChild") && node.defaultChild == null) {
            throw at.problem("defaultChild '" + wanted + "' is none of its children");
        }
        node.settled =
                below == 0
                        || (isPlain(node) && node.children[0].settled && node.children[1].settled);
        return node;
    }

    private void number(Node node) {
        node.leaf = leafCount++;
        if (node.at.has("id") && leaves.putIfAbsent(node.at.attribute("id"), node.leaf) != null) {
            throw node.at.problem(
                    "leaf '" + node.at.attribute("id") + "' is there twice in its tree");
        }
    }

    /// Where all rows that are still possible go from a node, from one of its children on; a question if they part.
    private Goal goal(Node node, int from) throws NotPlain {
        for (int i = from; i < node.children.length; i++) {
            Node child = node.children[i];
            switch (child.question.reply(known)) {
                case YES -> {
                    return new Goal(Kind.ENTER, child, 0, null);
                }
                case OPEN -> {
                    return new Goal(Kind.ASK, node, i, child.question.ask(known));
                }
                case UNKNOWN -> {
                    if (!strategy.equals("none")) {
                        return unknown(node);
                    }
                }
                case NO -> {}
            }
        }
        if (!returnsLast) {
            return nothing();
        }
        if (node.children.length > 0 && Double.isNaN(counted(node))) {
            told = false; // the score is that of a leaf which is not written out
        }
        return node.at.has("score") ? new Goal(Kind.ANSWER, node, 0, null) : nothing();
    }

    /// How many training rows went on to the children; NaN if not all of them tell.
    private static double counted(Node node) {
        double sum = 0;
        for (Node child : node.children) {
            sum += child.at.number("recordCount", Double.NaN);
        }
        return sum;
    }

    /// What the training rows of a node get on average: by the counts of its children, else by its own score.
    private double mean(Node node) throws NotPlain {
        if (node.averaged) {
            return node.mean;
        }
        node.averaged = true;
        double own = tells(node) ? value.of(node.at) : Double.NaN;
        double counted = counted(node);
        if (node.children.length == 0 || !(counted > 0)) {
            node.mean = own;
            return own;
        }
        double rest = node.at.number("recordCount", Double.NaN) - counted;
        double sum = returnsLast && rest > 0 ? rest * own : 0;
        for (Node child : node.children) {
            double count = child.at.number("recordCount");
            sum += count > 0 ? count * mean(child) : 0;
        }
        node.mean = sum / (returnsLast && rest > 0 ? counted + rest : counted);
        return node.mean;
    }

    private boolean tells(Node node) {
        return node.at.hasChild("ScoreDistribution")
                || (node.at.has("score")
                        && (node.children.length == 0
                                || !model.attribute("functionName").equals("classification")));
    }

    private Goal unknown(Node node) throws NotPlain {
        return switch (strategy) {
            case "lastPrediction" ->
                    node.at.has("score") || node.at.hasChild("ScoreDistribution")
                            ? new Goal(Kind.ANSWER, node, 0, null)
                            : nothing();
            case "nullPrediction" -> nothing();
            default -> {
                if (node.defaultChild == null) {
                    throw new NotPlain(
                            node.at, "a value may be missing, and there is no defaultChild");
                }
                yield new Goal(Kind.ENTER, node.defaultChild, 0, null);
            }
        };
    }

    private static Goal nothing() {
        return new Goal(Kind.NOTHING, null, 0, null);
    }

    private Goal goal(Goal on, int column, Possible now) throws NotPlain {
        Possible before = known[column];
        known[column] = now;
        Goal goal = goal(on.node, on.child);
        known[column] = before;
        return goal;
    }

    /// @return how many rows of the training data came here; NaN if the document does not say
    private double compile(Goal goal) throws NotPlain {
        return switch (goal.kind) {
            case ENTER -> enter(goal.node);
            case ANSWER -> {
                double rest = goal.node.at.number("recordCount", Double.NaN);
                for (Node child : goal.node.children) {
                    rest -= child.at.number("recordCount", Double.NaN);
                }
                boolean first = !goal.node.answered && !again;
                goal.node.answered = true;
                yield leaf(goal.node, Double.isNaN(rest) ? rest : first ? Math.max(0, rest) : 0);
            }
            case NOTHING -> {
                missing = true;
                builder.leaf(Double.NaN, 0, leafCount++);
                yield 0;
            }
            case ASK -> ask(goal, false);
        };
    }

    private double enter(Node node) throws NotPlain {
        boolean outer = again;
        again |= node.entered;
        node.entered = true;
        double cover = again ? Double.NaN : node.at.number("recordCount", Double.NaN);
        if (node.children.length == 0) {
            leaf(node, cover);
        } else if (isPlain(node)) {
            cover = plain(node);
        } else {
            Goal next = goal(node, 0);
            if (next.kind == Kind.ASK) {
                cover = ask(next, true);
            } else {
                cover = compile(next);
            }
        }
        again = outer;
        return cover;
    }

    /// Whether a node is what most are: two contrary children, and a child for a missing value.
    private boolean isPlain(Node node) {
        return node.children.length == 2
                && node.defaultChild != null
                && strategy.equals("defaultChild")
                && asked(node.children[0]) != null
                && contrary(node.children[0].question, node.children[1].question);
    }

    private static Ask asked(Node child) {
        Question question = child.question instanceof Question.Not not ? not.of() : child.question;
        return question instanceof Ask ask ? ask : null;
    }

    private static boolean contrary(Question one, Question other) {
        return (one instanceof Question.Not not && same(not.of(), other))
                || (other instanceof Question.Not no && same(no.of(), one));
    }

    private static boolean same(Question one, Question other) {
        if (one instanceof Ask a && other instanceof Ask b && a.set() == null && b.set() == null) {
            return a.column() == b.column() && Double.compare(a.threshold(), b.threshold()) == 0;
        }
        return one.equals(other);
    }

    /// Compiles a plain node as it stands, even if no row could reach one side: explanations weigh both.
    private double plain(Node node) throws NotPlain {
        Ask ask = asked(node.children[0]);
        boolean firstIsYes = !(node.children[0].question instanceof Question.Not);
        Node yes = node.children[firstIsYes ? 0 : 1];
        Node no = node.children[firstIsYes ? 1 : 0];
        boolean missingLeft = ask.aboutMissing() || node.defaultChild == yes;
        double count = again ? Double.NaN : node.at.number("recordCount", Double.NaN);
        int at = inner(ask, missingLeft, count, node);
        Possible now = known[ask.column()];
        depth++;
        if (!yes.settled) {
            Possible left = ask.yes(now, missingLeft);
            known[ask.column()] = left.isEmpty() ? now : left;
        }
        double covered = enter(yes);
        builder.right(at);
        if (!no.settled) {
            Possible right = ask.no(now, !missingLeft);
            known[ask.column()] = right.isEmpty() ? now : right;
        }
        covered += enter(no);
        known[ask.column()] = now;
        depth--;
        return covered(at, count, covered);
    }

    private double leaf(Node node, double cover) throws NotPlain {
        double leafValue = value.of(node.at);
        if (Double.isInfinite(leafValue)) {
            throw node.at.problem("<Node> score is infinite");
        }
        missing |= Double.isNaN(leafValue);
        if (node.leaf < 0) {
            number(node);
        }
        builder.leaf(leafValue, cover, node.leaf);
        return cover;
    }

    /// @param first whether this is the first question at its node
    private double ask(Goal goal, boolean first) throws NotPlain {
        Ask ask = goal.ask;
        int column = ask.column();
        Possible now = known[column];
        Possible yes = ask.yes(now);
        Possible no = ask.no(now);
        Possible gone = now.onlyMissing();
        if (gone.missing && (ask.aboutMissing() || !yes.present || !no.present)) {
            return missingOrNot(goal, gone, now.onlyPresent(), first);
        }
        Goal ifYes = goal(goal, column, yes);
        Goal ifNo = goal(goal, column, no);
        Goal ifGone = gone.missing ? goal(goal, column, gone) : ifNo;
        boolean alike = ifYes.equals(ifNo) && ifYes.equals(ifGone) && ifYes.kind != Kind.ASK;
        if (alike) {
            return compile(ifYes);
        }
        if (!gone.missing) {
            return split(ask, false, yes, ifYes, no, ifNo, goal.node, first);
        }
        if (together(ifGone, ifYes, column, yes.or(gone))) {
            return split(ask, true, yes.or(gone), ifYes, no, ifNo, goal.node, first);
        }
        if (together(ifGone, ifNo, column, no.or(gone))) {
            return split(ask, false, yes, ifYes, no.or(gone), ifNo, goal.node, first);
        }
        return missingOrNot(goal, gone, now.onlyPresent(), first);
    }

    private boolean together(Goal a, Goal b, int column, Possible either) throws NotPlain {
        return a.equals(b) && (a.kind != Kind.ASK || goal(a, column, either).equals(a));
    }

    private double missingOrNot(Goal goal, Possible gone, Possible there, boolean first)
            throws NotPlain {
        int column = goal.ask.column();
        return split(
                Ask.missing(column),
                true,
                gone,
                goal(goal, column, gone),
                there,
                goal(goal, column, there),
                goal.node,
                first);
    }

    private double split(
            Ask ask,
            boolean missingLeft,
            Possible left,
            Goal ifLeft,
            Possible right,
            Goal ifRight,
            Node of,
            boolean first)
            throws NotPlain {
        double count = first && !again ? of.at.number("recordCount", Double.NaN) : Double.NaN;
        int at = inner(ask, missingLeft, count, of);
        int column = ask.column();
        Possible before = known[column];
        depth++;
        known[column] = left;
        double covered = compile(ifLeft);
        builder.right(at);
        known[column] = right;
        covered += compile(ifRight);
        known[column] = before;
        depth--;
        return covered(at, count, covered);
    }

    private int inner(Ask ask, boolean missingLeft, double count, Node of) throws NotPlain {
        if (depth == DEEPEST) {
            throw new NotPlain(of.at, "the tree is more than " + DEEPEST + " questions deep");
        }
        if (builder.count() >= mostNodes) {
            throw new NotPlain(
                    model,
                    "the tree asks for so much of missing values that it would grow too big");
        }
        int column = ask.column();
        int at =
                ask.set() != null
                        ? builder.inner(column, words(ask.set()), missingLeft, count)
                        : builder.inner(
                                column,
                                ask.aboutMissing() ? Double.NEGATIVE_INFINITY : ask.threshold(),
                                missingLeft,
                                count);
        if (told) {
            if (at >= means.length) {
                means = Arrays.copyOf(means, Math.max(2 * means.length, at + 1));
            }
            means[at] = mean(of);
            told = !Double.isNaN(means[at]);
        }
        return at;
    }

    /// @param count how many rows the document says came to the compiled node; NaN if it does not say
    /// @param below how many came to its children
    private double covered(int at, double count, double below) {
        if (Double.isNaN(count)) {
            builder.cover(at, below);
            return below;
        }
        return count;
    }

    /// The set as [Forest] has it.
    private static int[] words(BitSet set) {
        int[] words = new int[set.length() / 32 + 1];
        for (int code = set.nextSetBit(0); code >= 0; code = set.nextSetBit(code + 1)) {
            words[code >> 5] |= 1 << code;
        }
        return words;
    }
}
