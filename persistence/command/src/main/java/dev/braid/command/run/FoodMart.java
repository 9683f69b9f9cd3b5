package dev.braid.command.run;

import java.util.List;
import java.util.stream.Stream;

/**
 * What runs when no input is given: the sales of the well-known FoodMart data, from the class path. The stores with the
 * most sales are in the heavy groups.
 */
final class FoodMart {
    static final String RESOURCE = "sales_fact_1997.json";
    static final RecordFormat FORMAT = RecordFormat.JSON;
    static final String KEY = "store_id";
    static final List<String> SUMS = List.of("unit_sales", "store_sales");
    static final List<GroupOption> GROUPS = Stream.of("gold=8:13,17,11,7", "silver=3:24,15,3,16,6", "bronze=1:*")
            .map(GroupOption::parse)
            .toList();

    private FoodMart() {}
}
