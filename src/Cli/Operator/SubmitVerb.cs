namespace EncryptionService.Cli.Operator;

/// <summary><c>eec operator submit</c>.</summary>
internal sealed class SubmitVerb(Shell shell) : OperatorVerb(shell)
{
    public async Task<int> RunAsync(string path, OperatorPlace place, bool json, CancellationToken cancellationToken)
    {
        string[] documents = [.. (await File.ReadAllLinesAsync(path, cancellationToken)).Where(line => line.Length > 0)];
        return documents.Length == 0
            ? Shell.Fail(ExitCode.Usage, $"{path} holds nothing to send.")
            : await ConnectedAsync(place, client => SubmitAsync(client, documents, json, cancellationToken));
    }
}
