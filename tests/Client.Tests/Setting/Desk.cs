using System.Text.Json.Nodes;
using EncryptionService.Cli;

namespace EncryptionService.Client.Tests.Setting;

/// <summary>Somebody at a terminal: an own folder, a passphrase, and a core that runs.</summary>
internal sealed class Desk : IAsyncDisposable
{
    private static readonly string[] separators = [" "];

    private Desk(ServiceWorld service, StubCore core)
    {
        Service = service;
        Core = core;
        Write("pass", "correct horse battery staple\n");
        Write("token", StubCore.OperatorToken + "\n");
    }

    public ServiceWorld Service { get; }

    public StubCore Core { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("eec-").FullName;

    public ScriptedPrompt Prompt { get; } = new();

    public ManualClock Clock { get; } = new();

    /// <summary>Everything that was ever printed.</summary>
    public List<string> Printed { get; } = [];

    public static async Task<Desk> SitAsync()
    {
        var service = new ServiceWorld();
        return new Desk(service, await StubCore.StartAsync(service));
    }

    public string PathOf(string name) => Path.Combine(Folder, name);

    public string Write(string name, string content)
    {
        File.WriteAllText(PathOf(name), content);
        return PathOf(name);
    }

    /// <summary>Types a command with the member's file and passphrase file of that name.</summary>
    public Task<Typed> MemberAsync(string name, string words) => TypeAsync([
        "member", .. words.Split(separators, StringSplitOptions.RemoveEmptyEntries), "--file", PathOf($"{name}.json"), "--passphrase-file", PathOf("pass")]);

    /// <summary>Types an operator's command with core, file, token and passphrase.</summary>
    public Task<Typed> OperatorAsync(string words) => TypeAsync([
        "operator", .. words.Split(separators, StringSplitOptions.RemoveEmptyEntries), "--file", PathOf("operator.json"), "--core", Core.Address,
        "--token-file", PathOf("token"), "--passphrase-file", PathOf("pass")]);

    /// <summary>Types a command.</summary>
    public async Task<Typed> TypeAsync(params string[] words)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await EecProgram.RunAsync(words, new Surroundings
        {
            Out = output,
            Error = error,
            Variable = _ => null,
            DataFolder = PathOf("data"),
            Prompt = Prompt,
            Time = Clock,
        });
        Printed.Add(output.ToString() + error);
        return new Typed(code, output.ToString(), error.ToString());
    }

    /// <summary>Invites, accepts and trusts.</summary>
    public async Task<StubMember> JoinAsync(string name, string suite = "HPKE-4")
    {
        var accepted = await MemberAsync(name, $"accept {Core.Link(Core.Members.Invite(name))} --suite {suite}");
        Assert.True(accepted.Code == 0, accepted.Error);
        Assert.Equal(0, (await MemberAsync(name, $"trust {Service.Code}")).Code);
        return Core.Members.ByName[name];
    }

    public async ValueTask DisposeAsync()
    {
        await Core.DisposeAsync();
        Service.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>What a command came to.</summary>
internal sealed record Typed(int Code, string Out, string Error)
{
    public JsonNode Json => JsonNode.Parse(Out)!;
}

/// <summary>The real clock, moved.</summary>
internal sealed class ManualClock : TimeProvider
{
    public TimeSpan Offset { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;
}

/// <summary>Answers of somebody who types.</summary>
internal sealed class ScriptedPrompt : IPassphrasePrompt
{
    public Queue<string> Answers { get; } = [];

    public Passphrase? Ask(string question, out string error)
    {
        if (Answers.TryDequeue(out var answer))
        {
            return Passphrase.TryCreate(answer, out error);
        }

        error = "There is no terminal.";
        return null;
    }
}
