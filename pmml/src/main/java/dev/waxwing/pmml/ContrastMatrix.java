package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.List;

/// How the categories of a factor are coded: one row a category, one column a coded category.
final class ContrastMatrix {
    private final Element element;
    private final List<Object> categories;
    private final double[][] cells;

    /// @param predictor with a `Matrix` and, if the field does not list its values, `Categories`
    ContrastMatrix(Element predictor, Field field) {
        this.element = predictor.child("Matrix");
        this.categories = new ArrayList<>(field.values());
        if (predictor.hasChild("Categories")) {
            categories.clear();
            for (Element category : predictor.child("Categories").children("Category")) {
                categories.add(field.type().parse(category, category.attribute("value")));
            }
        }
        if (categories.isEmpty()) {
            throw predictor.problem("a contrast matrix needs <Categories>");
        }
        this.cells = new double[categories.size()][categories.size()];
        String kind = element.word("kind", "any", List.of("any", "diagonal", "symmetric"));
        double offDiagonal = element.number("offDiagDefault", 0);
        double diagonal = element.number("diagDefault", 0);
        for (int row = 0; row < cells.length; row++) {
            for (int column = 0; column < cells.length; column++) {
                cells[row][column] = row == column ? diagonal : offDiagonal;
            }
        }
        List<Element> rows = element.children("Array");
        for (int row = 0; row < rows.size(); row++) {
            List<String> words = PredicateReader.words(rows.get(row));
            for (int column = 0; column < words.size(); column++) {
                double cell = rows.get(row).parseNumber(words.get(column), "<Array> cell");
                if (kind.equals("diagonal")) {
                    put(rows.get(row), column, column, cell);
                } else {
                    put(rows.get(row), row, column, cell);
                    if (kind.equals("symmetric")) {
                        put(rows.get(row), column, row, cell);
                    }
                }
            }
        }
        for (Element cell : element.children("MatCell")) {
            double value = cell.parseNumber(cell.text(), "<MatCell>");
            put(cell, cell.whole("row", 0) - 1, cell.whole("col", 0) - 1, value);
        }
    }

    private void put(Element at, int row, int column, double value) {
        if (row < 0 || column < 0 || row >= cells.length || column >= cells.length) {
            throw at.problem(
                    "<Matrix> has no place for row "
                            + (row + 1)
                            + " and column "
                            + (column + 1)
                            + "; the factor has "
                            + cells.length
                            + " categories");
        }
        cells[row][column] = value;
    }

    /// The column of a coded category.
    int column(Element at, Object category) {
        int column = categories.indexOf(category);
        if (column < 0) {
            throw at.problem("'" + category + "' is no category of the contrast matrix");
        }
        return column;
    }

    /// What a value adds to a column.
    double at(Object value, int column) {
        int row = categories.indexOf(value);
        if (row < 0) {
            throw new InvalidValueException(
                    element.file
                            + ":"
                            + element.line
                            + " '"
                            + value
                            + "' is no category of the contrast matrix");
        }
        return cells[row][column];
    }
}
