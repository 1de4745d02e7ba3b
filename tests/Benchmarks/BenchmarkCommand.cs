using System.CommandLine;
using EncryptionService.Benchmarks.Container;
using EncryptionService.Benchmarks.Provisioning;
using EncryptionService.Benchmarks.Report;
using EncryptionService.Benchmarks.Sealing;
using EncryptionService.Benchmarks.Service;
using EncryptionService.Benchmarks.World;

namespace EncryptionService.Benchmarks;

/// <summary>The command line.</summary>
internal static class BenchmarkCommand
{
    private static readonly string[] all = ["seal", "rotation", "scaling", "process", "throughput", "ledger", "scim", "groupsize", "initial", "organizations", "panel", "container"];

    private static readonly Option<string[]> only = new("--only")
    {
        Description = $"Some of {string.Join(", ", all)}; separated by commas. Default: all.",
        CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries))],
    };

    private static readonly Option<FileInfo?> json = new("--json") { Description = "Write the figures to this file." };
    private static readonly Option<bool> quick = new("--quick") { Description = "scim, groupsize, initial, organizations, panel, container: a tenth of the size, to see that they run. The figures say little." };
    private static readonly Option<FileInfo> service = new("--service") { Description = "The built service (a .dll). Default: the one that was built with this program." };
    private static readonly Option<FileInfo> provisioning = new("--provisioning") { Description = "The built core (a .dll). Default: the one that was built with this program." };

    private static readonly Option<DirectoryInfo?> keep = new("--keep") { Description = "panel: put the SQLite database into this folder and leave it there." };

    private static readonly Option<string> image = new("--image")
    {
        Description = "container: the service's image, built by deploy/image.sh.",
        DefaultValueFactory = _ => "encryption-service:local",
    };

    public static RootCommand Create()
    {
        only.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.SelectMany(token => token.Value.Split(',')).Where(name => !all.Contains(name)))
            {
                result.AddError($"--only takes {string.Join(", ", all)}; not '{token}'.");
            }
        });
        service.AcceptExistingOnly();
        provisioning.AcceptExistingOnly();
        var command = new RootCommand("Measures both hosts against their bars. Ratios are taken within one run, over pairs, and are medians; exit code 1 if a bar is missed.")
        {
            only, json, quick, service, provisioning, image, keep,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var wanted = arguments.GetValue(only) is { Length: > 0 } some ? some : all;
        var programs = new Programs(
            arguments.GetValue(service) ?? new FileInfo(Path.Combine(AppContext.BaseDirectory, "EncryptionService.Service.dll")),
            arguments.GetValue(provisioning) ?? new FileInfo(Path.Combine(AppContext.BaseDirectory, "EncryptionService.Provisioning.dll")));
        var small = arguments.GetValue(quick);
        var board = new Board(Console.Out);
        foreach (var name in all.Where(wanted.Contains))
        {
            board.Begin(name);
            await (name switch
            {
                "seal" => SealBenchmark.RunAsync(board),
                "rotation" => RotationBenchmark.RunAsync(board, cancellationToken),
                "scaling" => ScalingBenchmark.RunAsync(board, cancellationToken),
                "process" => ProcessBenchmark.RunAsync(programs.Service, board, cancellationToken),
                "throughput" => ThroughputBenchmark.RunAsync(programs.Service, board, cancellationToken),
                "scim" => ScimBenchmark.RunAsync(programs, small, board, cancellationToken),
                "groupsize" => GroupSizeBenchmark.RunAsync(programs, small, board, cancellationToken),
                "initial" => InitialBenchmark.RunAsync(programs, small, board, cancellationToken),
                "organizations" => OrganizationsBenchmark.RunAsync(programs, small, board, cancellationToken),
                "panel" => PanelBenchmark.RunAsync(arguments.GetValue(keep), small, board, cancellationToken),
                "container" => ContainerBenchmark.RunAsync(arguments.GetRequiredValue(image), small, board, cancellationToken),
                _ => LedgerBenchmark.RunAsync(board, cancellationToken),
            });
        }

        board.End();
        if (arguments.GetValue(json) is { } file)
        {
            await board.WriteJsonAsync(file, cancellationToken);
        }

        return board.Missed == 0 ? 0 : 1;
    }
}
