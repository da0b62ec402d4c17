package dev.waxwing.pmml;

import java.util.List;

/// What the prediction of a tree's node adds to the sum of trees.
abstract class NodeScore {
    /// @return NaN if the node has no prediction
    abstract double of(Element node) throws NotPlain;

    /// The number that the node predicts.
    static NodeScore number() {
        return new NodeScore() {
            @Override
            double of(Element node) {
                return node.has("score") ? node.finite("score") : Double.NaN;
            }
        };
    }

    /// 1 if the node predicts the class, else 0.
    static NodeScore vote(ScoredClass scored) {
        return new NodeScore() {
            @Override
            double of(Element node) {
                return votesFor(node, node.children("ScoreDistribution"), scored);
            }
        };
    }

    /// The probability that the node tells of the class.
    static NodeScore share(ScoredClass scored) {
        return new NodeScore() {
            @Override
            double of(Element node) {
                List<Element> shares = node.children("ScoreDistribution");
                if (!shares.isEmpty()) {
                    return shareOf(shares, scored);
                }
                if (!node.has("score")) {
                    return Double.NaN;
                }
                throw node.problem(
                        "the node predicts a class and tells no probability"
                                + " (<ScoreDistribution>), so there is no score; Evaluator tells"
                                + " the class");
            }
        };
    }

    NodeScore times(double factor) {
        NodeScore plain = this;
        return new NodeScore() {
            @Override
            double of(Element node) throws NotPlain {
                return factor * plain.of(node);
            }
        };
    }

    private static double votesFor(Element node, List<Element> shares, ScoredClass scored) {
        String predicted = node.attribute("score", "");
        double most = Double.NEGATIVE_INFINITY;
        if (!node.has("score")) {
            if (shares.isEmpty()) {
                return Double.NaN;
            }
            for (Element share : shares) {
                if (share.number("recordCount") > most) {
                    most = share.number("recordCount");
                    predicted = share.attribute("value");
                }
            }
        }
        return scored.is(node, predicted) ? 1 : 0;
    }

    /// The class's share of a node: as told, else of the rows that are counted.
    private static double shareOf(List<Element> shares, ScoredClass scored) {
        boolean told = true;
        double probability = 0;
        double count = 0;
        double total = 0;
        for (Element share : shares) {
            told &= share.has("probability");
            double own = share.number("recordCount");
            total += own;
            if (scored.is(share, share.attribute("value"))) {
                count += own;
                probability += share.number("probability", 0);
            }
        }
        return told ? probability : count / total;
    }
}
