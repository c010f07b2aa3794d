/**
 * The command line. {@link org.velocitydb.server.cli.VelocityCommand} is where a process begins; each subcommand is a
 * class of its own that sees the world through {@link org.velocitydb.server.cli.CommandContext}, so that a test can run
 * it with streams and directories of its own. What a command needs of the rest of the system it asks of three small
 * interfaces: {@link org.velocitydb.server.cli.NodeLauncher}, {@link org.velocitydb.server.cli.SqlConnector} and {@link
 * org.velocitydb.server.cli.BenchmarkTargets}.
 */
package org.velocitydb.server.cli;
