package org.velocitydb.server.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

import org.junit.jupiter.api.Test;

/**
 * Holds the boundaries that Maven cannot see: between packages, and between our code and what is to be reached through
 * a seam alone. The arrows are those of docs/ARCHITECTURE.md.
 */
final class ArchitectureTest
{
    private static final String ROOT = "org.velocitydb";
    private static final JavaClasses CLASSES = new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .withImportOption(location -> !location.contains("-tests.jar"))
        .importPackages(ROOT);

    @Test
    void shouldLetModulesUseOnlyThoseBelow()
    {
        onlyUses("protocol", "protocol");
        onlyUses("journal", "journal");
        onlyUses("engine", "engine", "journal");
        onlyUses("transport", "transport", "protocol");
        onlyUses("client", "client", "protocol");
        onlyUses("client.aeron", "client", "protocol");
        onlyUses("server", "server", "transport", "protocol", "engine", "journal", "client");
    }

    private static void onlyUses(final String module, final String... used)
    {
        final String[] allowed = new String[used.length];
        for (int i = 0; i < used.length; i++)
        {
            allowed[i] = ROOT + "." + used[i] + "..";
        }
        classes().that().resideInAPackage(ROOT + "." + module + "..")
            .should().onlyDependOnClassesThat().resideInAnyPackage(withOthers(allowed))
            .check(CLASSES);
    }

    private static String[] withOthers(final String[] ours)
    {
        final String[] others = {
            "java..", "javax..", "com.lmax..", "org.agrona..", "org.bouncycastle..", "picocli..", "org.jline..",
            "com.electronwill..", "org.HdrHistogram..", "com.sun.management..",
            "com.sun.net.httpserver..", "jdk.net..", "net.jpountz..", "io.aeron..",
            "com.github.luben.." };
        final String[] all = new String[ours.length + others.length];
        System.arraycopy(ours, 0, all, 0, ours.length);
        System.arraycopy(others, 0, all, ours.length, others.length);
        return all;
    }

    @Test
    void shouldNeedTheJdkAloneOnTheClientsSide()
    {
        classes().that().resideInAnyPackage(ROOT + ".protocol..", ROOT + ".client..")
            .and().resideOutsideOfPackage(ROOT + ".client.aeron..")
            .should().onlyDependOnClassesThat()
            .resideInAnyPackage(ROOT + ".protocol..", ROOT + ".client..", "java..", "javax.net..")
            .check(CLASSES);
    }

    @Test
    void shouldHaveNoCyclesAmongPackages()
    {
        for (final String module : new String[]{ "protocol", "journal", "transport", "server" })
        {
            SlicesRuleDefinition.slices().matching(ROOT + "." + module + ".(*)..").should().beFreeOfCycles()
                .check(CLASSES);
        }
        SlicesRuleDefinition.slices().matching(ROOT + ".engine.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void shouldReachFilesThroughTheStorageSeamAlone()
    {
        noClasses().that().resideInAnyPackage(ROOT + ".engine..", ROOT + ".journal..")
            .and().resideOutsideOfPackage(ROOT + ".journal.storage..")
            .should().dependOnClassesThat().haveNameMatching(
                "java\\.nio\\.file\\.Files|java\\.nio\\.channels\\.FileChannel|java\\.io\\.(File|RandomAccessFile).*")
            .check(CLASSES);
    }

    @Test
    void shouldReachSocketsThroughTheNetworkSeamAlone()
    {
        noClasses().that().resideInAnyPackage(ROOT + ".transport..", ROOT + ".server.node..")
            .and().resideOutsideOfPackage(ROOT + ".transport.network..")
            .should().dependOnClassesThat().haveNameMatching("java\\.nio\\.channels\\..*|java\\.net\\..*Socket")
            .check(CLASSES);
    }

    @Test
    void shouldReadClocksThroughTheContextAlone()
    {
        noClasses().that().resideInAnyPackage(ROOT + ".engine..", ROOT + ".journal..", ROOT + ".transport..",
            ROOT + ".server.node..")
            .should().callMethod(System.class, "nanoTime")
            .orShould().callMethod(System.class, "currentTimeMillis")
            .check(CLASSES);
    }

    @Test
    void shouldPrintNothingInLibraries()
    {
        noClasses().that().resideOutsideOfPackage(ROOT + ".server.cli..").and().resideInAPackage(ROOT + "..")
            .should().accessField(System.class, "out")
            .orShould().accessField(System.class, "err")
            .check(CLASSES);
    }
}
