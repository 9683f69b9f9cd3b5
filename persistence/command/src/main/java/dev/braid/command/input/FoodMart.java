package dev.braid.command.input;

import java.util.List;

/**
 * The default input: the sales of the well-known FoodMart data, from the class path. The stores with the most sales are in
 * the heavy groups.
 */
final class FoodMart {
    static final String RESOURCE = "sales_fact_1997.json";
    static final RecordFormat FORMAT = RecordFormat.JSON;
    static final String KEY = "store_id";
    static final List<String> SUMS = List.of("unit_sales", "store_sales");

    private FoodMart() {}
}
