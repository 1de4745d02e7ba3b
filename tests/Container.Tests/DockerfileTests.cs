using EncryptionService.Compliance;

namespace EncryptionService.Container.Tests;

/// <summary>What can be said of the Dockerfile without building it. Holds for the base that it names as well as for the stand-in.</summary>
public sealed class DockerfileTests
{
    private static readonly string[] lines = File.ReadAllLines(RepositoryRoot.Combine("Dockerfile"));

    private static string[] Instructions => [.. lines.Where(line => line.Length > 0 && char.IsUpper(line[0])).Select(line => line.Split(' ')[0]).Distinct()];

    [Fact]
    public void No_stage_runs_anything_because_the_base_has_no_shell() =>
        Assert.Empty(Instructions.Except(["ARG", "FROM", "ENV", "COPY", "WORKDIR", "STOPSIGNAL", "USER", "LABEL", "EXPOSE", "ENTRYPOINT"]));

    [Fact]
    public void It_builds_with_every_builder()
    {
        // A syntax line is fetched from a registry; --chmod, --link and --mount are for one builder only.
        Assert.DoesNotContain(lines, line => line.StartsWith("# syntax", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(lines, line => line.Contains("--chmod", StringComparison.Ordinal) || line.Contains("--link", StringComparison.Ordinal) || line.Contains("--mount", StringComparison.Ordinal));
    }

    [Fact]
    public void The_base_is_an_argument_whose_default_has_OpenSSL_3_5_and_no_shell()
    {
        Assert.Contains("ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0-resolute-chiseled", lines);
        Assert.Equal("FROM ${RUNTIME_IMAGE} AS runtime", Assert.Single(lines, line => line.StartsWith("FROM ", StringComparison.Ordinal) && !line.StartsWith("FROM runtime ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Programs_are_started_without_a_shell() =>
        Assert.All(lines.Where(line => line.StartsWith("ENTRYPOINT", StringComparison.Ordinal)), line => Assert.Matches("""^ENTRYPOINT \["dotnet", "/app/[A-Za-z.]+\.dll"\]$""", line));

    [Fact]
    public void A_build_that_names_no_target_gets_what_customers_run() =>
        Assert.Equal("FROM runtime AS service", lines.Last(line => line.StartsWith("FROM ", StringComparison.Ordinal)));

    [Fact]
    public void Nothing_of_the_checkout_goes_to_the_builder_but_what_was_published() =>
        Assert.Equal(["*", "!artifacts/image"], File.ReadAllLines(RepositoryRoot.Combine(".dockerignore")).Where(line => !line.StartsWith('#')));
}
