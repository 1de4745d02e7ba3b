using System.Diagnostics.CodeAnalysis;
using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.Client;

/// <summary>A member with unlocked keys.</summary>
/// <remarks>While new keys are on their way each call also finds out whether they have arrived; from then on they are the keys.</remarks>
public sealed class MemberClient : IDisposable
{
    private readonly IMemberStore store;
    private readonly CoreClient core;

    private MemberClient(IMemberStore store, CoreClient core, MemberFile file, MemberPrivateKeys keys, MemberPrivateKeys? newKeys)
    {
        this.store = store;
        this.core = core;
        File = file;
        Keys = keys;
        NewKeys = newKeys;
    }

    /// <summary>The file as it was read or written last.</summary>
    public MemberFile File { get; private set; }

    /// <summary>The keys that the core knows, as far as this client can tell.</summary>
    public MemberPrivateKeys Keys { get; private set; }

    /// <summary>Keys that are on their way to the core; null: none.</summary>
    public MemberPrivateKeys? NewKeys { get; private set; }

    /// <summary>Unlocks the keys of a file.</summary>
    /// <param name="store">Where the file is.</param>
    /// <param name="file">The file, as read from there.</param>
    /// <param name="passphrase">The passphrase.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The client, to be disposed by the caller; null for another passphrase, or a file that was changed.</returns>
    public static MemberClient? TryUnlock(IMemberStore store, MemberFile file, Passphrase passphrase, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(file);
        if (MemberKeyBox.TryOpen(file.Keys, passphrase, file.Organization, file.Member) is not { } keys)
        {
            return null;
        }

        MemberPrivateKeys? newKeys = null;
        if (file.NewKeys is { } box)
        {
            newKeys = MemberKeyBox.TryOpen(box, passphrase, file.Organization, file.Member);
            if (newKeys is null)
            {
                keys.Dispose();
                return null;
            }
        }

        return new MemberClient(store, new CoreClient(file.Core, time), file, keys, newKeys);
    }

    /// <summary>What the core knows of the member.</summary>
    public Task<CoreAnswer<MemberCard>> MeAsync(CancellationToken cancellationToken)
        => CallAsync(CoreCall.Get("/member/v1/me"), (call, token) => core.SendAsync(call, CoreJson.Default.MeJson, ReadMe, token), cancellationToken);

    /// <summary>The member's groups, in order of their names.</summary>
    public Task<CoreAnswer<IReadOnlyList<GroupCard>>> GroupsAsync(CancellationToken cancellationToken) => CallAsync(
        CoreCall.Get("/member/v1/groups"), (call, token) => core.SendAsync(call, CoreJson.Default.GroupsJson, AnswerReader.Groups, token), cancellationToken);

    /// <summary>Asks for a group and opens its vault key. What was verified is remembered before the key is handed out.</summary>
    /// <param name="group">The group.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The outcome, to be disposed by the caller; or why there was no answer.</returns>
    /// <exception cref="IOException">The file cannot be written; no key is handed out.</exception>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The caller disposes what the answer holds.")]
    public async Task<CoreAnswer<GroupOpening>> OpenAsync(GroupId group, CancellationToken cancellationToken)
    {
        var known = File.Groups.GetValueOrDefault(group);
        var pages = new GroupPages(group, known);
        while (pages.NextPath is { } path)
        {
            var answer = await CallAsync(
                CoreCall.Get(path),
                (call, token) => core.SendAsync(call, CoreJson.Default.GroupPageJson, json => AnswerReader.Page(json, group), token),
                cancellationToken).ConfigureAwait(false);
            if (!answer.TryGet(out var page, out var problem) || !pages.TryAdd(page, out problem))
            {
                return CoreAnswer<GroupOpening>.Failed(problem);
            }
        }

        var result = pages.Open(File, Keys);
        if (result?.Memory is not { } memory)
        {
            return CoreAnswer<GroupOpening>.Of(new GroupOpening(pages.DisplayName, result, []));
        }

        try
        {
            var remembered = KnownGroup.After(memory, known, result.Statements);
            File = await store.UpdateAsync(present => Own(present).With(group, remembered), cancellationToken).ConfigureAwait(false);
            return CoreAnswer<GroupOpening>.Of(new GroupOpening(pages.DisplayName, result, [.. KnownGroup.Join(known, result.Statements)]));
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <summary>Replaces both keys by new ones of the same suite, or goes on with a replacement that was begun.</summary>
    /// <param name="passphrase">Protects the new keys, too; the one that unlocked this client.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>What the core knows now. After a problem both sets are in the file, and calling again goes on.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task<CoreAnswer<MemberCard>> RotateKeysAsync(Passphrase passphrase, CancellationToken cancellationToken)
    {
        if (NewKeys is null)
        {
            await PrepareAsync(passphrase, cancellationToken).ConfigureAwait(false);
        }

        var next = NewKeys!;
        for (var attempt = 1; ; attempt++)
        {
            var answer = await MeAsync(cancellationToken).ConfigureAwait(false);
            if (!answer.TryGet(out var me, out var problem) || ReferenceEquals(Keys, next))
            {
                return answer;
            }

            if (me.Keys != Keys.Public.Ids)
            {
                problem = new CoreProblem(
                    CoreProblemKind.Refused, 200, "", "The core names other keys than this file has.", "Ask the administrator for a new invitation.");
                return CoreAnswer<MemberCard>.Failed(problem);
            }

            var body = new NewKeysJson(MemberWords.Change(File, Keys, next, me.Counter, core.Time), MemberWords.Register(File, next, core.Time));
            answer = await CallAsync(
                CoreCall.Post("/member/v1/keys", body, CoreJson.Default.NewKeysJson),
                (call, token) => core.SendAsync(call, CoreJson.Default.MeJson, json => ReadMe(json) is { } card && card.Keys == next.Public.Ids ? card : null, token),
                cancellationToken).ConfigureAwait(false);
            if (answer.TryGet(out _, out problem))
            {
                await PromoteAsync(cancellationToken).ConfigureAwait(false);
                return answer;
            }

            // The counter moved between the two calls: look again, once.
            if (problem.Type != "counter" || attempt > 1)
            {
                return answer;
            }
        }
    }

    /// <summary>Disposes the keys.</summary>
    public void Dispose()
    {
        Keys.Dispose();
        NewKeys?.Dispose();
        core.Dispose();
    }

    private async Task PrepareAsync(Passphrase passphrase, CancellationToken cancellationToken)
    {
        var made = MemberPrivateKeys.Generate(Keys.Public.Hpke.Suite);
        try
        {
            var box = MemberKeyBox.Seal(made, passphrase, File.Organization, File.Member);
            File = await store.UpdateAsync(
                present => Own(present).NewKeys is null ? Own(present) with { NewKeys = box } : throw new IOException("Another program is replacing these keys. Try again."),
                cancellationToken).ConfigureAwait(false);
            NewKeys = made;
            made = null;
        }
        finally
        {
            made?.Dispose();
        }
    }

    /// <summary>From here on the new keys are the keys, in the file first.</summary>
    private async Task PromoteAsync(CancellationToken cancellationToken)
    {
        if (NewKeys is not { } next)
        {
            return;
        }

        var box = File.NewKeys;
        File = await store.UpdateAsync(
            present => Own(present).NewKeys == box ? Own(present) with { Keys = box!, NewKeys = null } : Own(present), cancellationToken).ConfigureAwait(false);
        Keys.Dispose();
        Keys = next;
        NewKeys = null;
    }

    /// <summary>A call with the keys; if the core does not know them any more and knows the new ones, with those.</summary>
    private async Task<CoreAnswer<T>> CallAsync<T>(
        CoreCall call, Func<CoreCall, CancellationToken, Task<CoreAnswer<T>>> send, CancellationToken cancellationToken)
        where T : class
    {
        var answer = await send(call.Authorize(File, Keys, core.Time), cancellationToken).ConfigureAwait(false);
        if (answer.Problem is not { Status: 401 } || NewKeys is not { } next)
        {
            return answer;
        }

        var asked = await core.SendAsync(
            CoreCall.Get("/member/v1/me").Authorize(File, next, core.Time), CoreJson.Default.MeJson, ReadMe, cancellationToken).ConfigureAwait(false);
        if (asked.Value?.Keys != next.Public.Ids)
        {
            return answer;
        }

        await PromoteAsync(cancellationToken).ConfigureAwait(false);
        return await send(call.Authorize(File, Keys, core.Time), cancellationToken).ConfigureAwait(false);
    }

    private MemberCard? ReadMe(MeJson json)
        => AnswerReader.Me(json) is { } me && me.Organization == File.Organization && me.Member == File.Member ? me : null;

    /// <exception cref="InvalidDataException">Another member's file stands there now.</exception>
    private MemberFile Own(MemberFile? present)
        => present is not null && present.Organization == File.Organization && present.Member == File.Member
            ? present
            : throw new InvalidDataException("The member's file was replaced by another one meanwhile. Nothing was written.");
}
