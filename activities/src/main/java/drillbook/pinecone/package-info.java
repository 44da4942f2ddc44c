/**
 * What Pinecone takes of a record, by its published rules, and how a record that has more is kept
 * there whole. The adapter writes by it, and so do the files of Pinecone's bulk import: what either
 * wrote, both read.
 */
@NullMarked
package drillbook.pinecone;

import org.jspecify.annotations.NullMarked;
