/**
 * Which tables make up the store, now and after a crash.
 *
 * <p>Three ideas. A {@link org.velocitydb.engine.version.TableSet} is an immutable picture of all tables by level, and
 * a reader that holds one needs no lock; what it can see is neither unmapped nor deleted until it lets go. Every change
 * is a {@link org.velocitydb.engine.version.VersionEdit}, logged in the manifest and forced before anyone sees its
 * result, by the one thread that owns the {@link org.velocitydb.engine.version.VersionSet}. And a manifest begins with
 * all there is, so that reading one file from its start gives the state, and a file named by no edit belongs to nobody.
 *
 * <p>The layouts are drawn at {@code ManifestDescriptor} and {@code EditDescriptor}; what is made of a manifest that
 * ends badly stands at {@code ManifestTail}.
 */
package org.velocitydb.engine.version;
