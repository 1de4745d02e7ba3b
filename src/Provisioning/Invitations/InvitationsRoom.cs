using EncryptionService.Provisioning.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Invitations;

/// <summary>Puts invitations into the host.</summary>
internal static class InvitationsRoom
{
    /// <summary>Invitations, and how they travel.</summary>
    public static IServiceCollection AddInvitations(this IServiceCollection services) => services
        .AddSingleton<InvitationBook>().AddSingleton<MailClaims>().AddSingleton<Mailer>()
        .AddSingleton<IMailTransport>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<InvitationOptions>>();
            var time = provider.GetRequiredService<TimeProvider>();
            return string.IsNullOrEmpty(options.Value.SmtpHost) ? new PickupTransport(options, time) : new SmtpTransport(options, time);
        });

    /// <summary>Mails what is due.</summary>
    public static IServiceCollection AddInvitationWork(this IServiceCollection services) => services.AddHostedService(provider => provider.GetRequiredService<Mailer>());
}
