/** The worker as a Spring Boot application; nothing else uses Spring. */
@NullMarked
package drillbook.boot;

import org.jspecify.annotations.NullMarked;
