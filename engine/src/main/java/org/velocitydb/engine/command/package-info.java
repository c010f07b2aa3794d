/**
 * What a program asks the writer to change: a batch of operations, each with an optional condition, in one flat
 * encoding that is built on any thread, travels through the ring as bytes, and is evaluated by the writer alone.
 */
package org.velocitydb.engine.command;
