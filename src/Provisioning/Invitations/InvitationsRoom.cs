namespace EncryptionService.Provisioning.Invitations;

/// <summary>Puts invitations into the host.</summary>
internal static class InvitationsRoom
{
    /// <summary>Invitations.</summary>
    public static IServiceCollection AddInvitations(this IServiceCollection services) => services.AddSingleton<InvitationBook>();
}
