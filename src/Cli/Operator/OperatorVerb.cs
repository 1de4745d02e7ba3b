using System.Security.Cryptography;
using System.Text.Json;
using EncryptionService.Cli.Texts;
using EncryptionService.Client;

namespace EncryptionService.Cli.Operator;

/// <summary>What the verbs of an operator share.</summary>
internal abstract class OperatorVerb(Shell shell)
{
    protected Shell Shell { get; } = shell;

    /// <summary>Says why a call came to nothing.</summary>
    protected int Fail(CoreProblem problem) => Shell.Fail(problem, "Is it this organization's operator token, and still the present one?");

    /// <summary>Calls the core that the options name.</summary>
    protected async Task<int> ConnectedAsync(OperatorPlace place, Func<OperatorClient, Task<int>> work)
    {
        if (!CoreAddress.TryParse(place.Core, out var address, out var error))
        {
            return Shell.Fail(ExitCode.Usage, $"--core {error}.");
        }

        if (Shell.ReadToken(place.TokenFile) is not { } token)
        {
            return ExitCode.Usage;
        }

        using var core = new CoreClient(address, Shell.Time);
        return await work(new OperatorClient(core, token));
    }

    /// <summary>Unlocks the operator's key and signs with it.</summary>
    protected async Task<int> SignedAsync(OperatorPlace place, Func<ECDsa, IReadOnlyList<string>> sign, Func<IReadOnlyList<string>, Task<int>> work)
    {
        var path = Shell.OperatorPath(place.File);
        if (OperatorFile.Read(path) is not { } file)
        {
            return Shell.Fail(ExitCode.Usage, $"There is no operator's file at {path}. Make a key first (eec operator keygen), or name the file with --file.");
        }

        using var passphrase = Shell.ReadPassphrase(place.PassphraseFile, isNew: false);
        if (passphrase is null)
        {
            return ExitCode.Usage;
        }

        IReadOnlyList<string> documents;
        using (var key = file.TryOpen(passphrase))
        {
            if (key is null)
            {
                return Shell.Fail(ExitCode.WrongPassphrase, $"The passphrase does not open {path}.");
            }

            documents = sign(key);
        }

        return await work(documents);
    }

    /// <summary>Writes documents, or sends them.</summary>
    protected async Task<int> DeliverAsync(IReadOnlyList<string> documents, string? output, OperatorPlace place, bool json, CancellationToken cancellationToken)
    {
        if (output is null)
        {
            return await ConnectedAsync(place, client => SubmitAsync(client, documents, json, cancellationToken));
        }

        await File.WriteAllLinesAsync(output, documents, cancellationToken);
        Shell.Note($"Signed, not sent: {output}. eec operator submit sends it.");
        return ExitCode.Ok;
    }

    /// <summary>Sends documents and says what became of them.</summary>
    protected async Task<int> SubmitAsync(OperatorClient client, IReadOnlyList<string> documents, bool json, CancellationToken cancellationToken)
    {
        var accepted = 0UL;
        var refused = new List<RefusedRow>();
        CoreProblem? problem = null;
        var sent = 0;
        foreach (var document in documents)
        {
            var answer = await client.SubmitAsync(document, cancellationToken);
            if (!answer.TryGet(out var submitted, out problem))
            {
                break;
            }

            sent++;
            accepted += submitted.Accepted;
            refused.AddRange(submitted.Refused.Select(member => new RefusedRow(member.Member, member.Reason)));
        }

        if (json)
        {
            Shell.Print(JsonSerializer.Serialize(new SubmittedCard(sent, accepted, refused), CliJson.Default.SubmittedCard));
        }
        else
        {
            Shell.Print($"{sent} of {documents.Count} documents sent; accepted: {accepted}, refused: {refused.Count}.");
            refused.ForEach(row => Shell.Print($"refused   {row.Member}   {row.Reason}"));
        }

        return problem is not null ? Fail(problem) : refused.Count > 0 ? ExitCode.Refused : ExitCode.Ok;
    }
}
