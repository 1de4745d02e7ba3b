using EncryptionService.Formats;

namespace EncryptionService.Cli.Member;

/// <summary><c>eec member trust</c>.</summary>
internal sealed class TrustVerb(Shell shell) : MemberVerb(shell)
{
    public async Task<int> RunAsync(string text, bool replace, MemberPlace place, CancellationToken cancellationToken)
    {
        if (!OrganizationCode.TryParse(text.Trim(), out var trusted, out var error))
        {
            return Shell.Fail(ExitCode.Usage, $"The code {error}. Nothing was changed.");
        }

        var store = Shell.Store(place.File);
        if (await ReadAsync(store, cancellationToken) is not { } file)
        {
            return ExitCode.Usage;
        }

        if (file.Trusted is { } before && before != trusted && !replace)
        {
            return Shell.Fail(
                ExitCode.Usage, $"Another code is trusted already: {OrganizationCode.Format(before)}",
                "An organization's code does not change. If your administrator says that it did, use --replace.");
        }

        var written = await store.UpdateAsync(present => (present ?? file) with { Trusted = trusted }, cancellationToken);
        Shell.Print($"Trusted for {written.Organization}: {OrganizationCode.Format(trusted)}");
        return ExitCode.Ok;
    }
}
