/** The demo: texts of our own with real embeddings, shipped with the product. */
@NullMarked
package drillbook.demo;

import org.jspecify.annotations.NullMarked;
