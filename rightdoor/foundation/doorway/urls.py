"""Addresses of the doorway. `sign_in` and `demonstration` answer without a session; the rest is behind the wall."""

from django.urls import include, path

from rightdoor.foundation.access.doors import with_fresh_proof
from rightdoor.foundation.doorway.web import demo, joining, lock, onboarding, own, people, sign_in
from rightdoor.foundation.ui.pages import resource

way_in = [
    path("sign-in/", resource(get=sign_in.show, post=sign_in.create), name="password"),
    path("sign-in/passkey/", resource(post=sign_in.use_passkey), name="passkey"),
    path("sign-in/passkey/offer/", resource(post=sign_in.offer), name="passkey_offer"),
    path("sign-in/second-factor/", resource(get=sign_in.show_second, post=sign_in.create_second), name="second_factor"),
    path("sign-in/second-factor/offer/", resource(post=sign_in.offer_second), name="second_factor_offer"),
    path("sign-in/invitation/<str:secret>/", resource(get=joining.arrive), name="invitation"),
    path("sign-in/welcome/", resource(get=joining.show_welcome, post=joining.accept), name="welcome"),
    path("sign-in/enrolment/", resource(get=joining.show_enrolment), name="enrolment"),
    path("sign-in/enrolment/passkey/", resource(post=joining.create_passkey), name="enrol_passkey"),
    path("sign-in/enrolment/passkey/offer/", resource(post=joining.offer_passkey), name="enrol_passkey_offer"),
    path("sign-in/enrolment/app/", resource(get=joining.show_app, post=joining.create_app), name="enrol_app"),
    path("sign-in/enrolment/codes/", resource(get=joining.show_codes, post=joining.enter), name="codes"),
    path("sign-in/locked/", resource(get=lock.show, post=lock.unlock), name="locked"),
    path("sign-in/locked/offer/", resource(post=lock.offer), name="locked_offer"),
    path("sign-out/", resource(post=sign_in.sign_out), name="sign_out"),
]
inside = [
    path("lock/", resource(post=lock.lock), name="lock"),
    path("prove/", resource(get=lock.show_proof, post=lock.prove), name="proof"),
    path("sessions/", resource(get=own.show_sessions, post=own.end_session), name="sessions"),
    path("factors/", with_fresh_proof(resource(get=own.show_factors, post=own.remove_factor)), name="factors"),
    path("factors/passkey/", with_fresh_proof(resource(post=own.create_passkey)), name="factor_passkey"),
    path("factors/passkey/offer/", with_fresh_proof(resource(post=own.offer_passkey)), name="factor_passkey_offer"),
    path("factors/app/", with_fresh_proof(resource(get=own.show_app, post=own.create_app)), name="factor_app"),
    path("factors/codes/", with_fresh_proof(resource(get=own.show_codes, post=own.create_codes)), name="codes"),
    path(
        "factors/password/",
        with_fresh_proof(resource(get=own.show_password, post=own.change_password)),
        name="password",
    ),
]
people_pages = [
    path("people/", resource(get=people.show), name="list"),
    path(
        "people/invitation/", with_fresh_proof(resource(get=people.show_invitation, post=people.invite)), name="invite"
    ),
    path(
        "people/<str:code>/",
        with_fresh_proof(resource(get=people.show_person, post=people.change_person)),
        name="person",
    ),
]
onboarding_pages = [
    path("onboarding/", resource(get=onboarding.show), name="checklist"),
    path(
        "onboarding/agreement/",
        with_fresh_proof(resource(get=onboarding.show_agreement, post=onboarding.sign)),
        name="agreement",
    ),
    path("onboarding/protocol/", resource(get=onboarding.show_protocol, post=onboarding.confirm_read), name="protocol"),
    path(
        "people/<str:code>/onboarding/",
        with_fresh_proof(resource(get=onboarding.show_of, post=onboarding.enter)),
        name="of",
    ),
]
demonstration = [
    path("demo/", resource(get=demo.show), name="people"),
    path("demo/<str:code>/", resource(post=demo.enter), name="enter"),
    path("outbox/", resource(get=demo.outbox), name="outbox"),
]
urlpatterns = [
    path("", include((way_in, "sign_in"))),
    path("", include((inside, "doorway"))),
    path("", include((people_pages, "people"))),
    path("", include((onboarding_pages, "onboarding"))),
    path("", include((demonstration, "demonstration"))),
]
